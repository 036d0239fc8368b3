import { cleanUpCommand } from './command.ts';
import type { Environment } from './environment.ts';

const QUESTIONS: readonly (readonly string[])[] = [
  ['get', 'nodes,pods', '-A', '-o', 'wide'],
  ['get', 'volumes,snapshots.tome.storage,pools'],
  ['get', 'pvc,volumesnapshots', '-A'],
  ['get', 'events', '-A', '--sort-by=.lastTimestamp'],
  [
    'logs',
    '-n',
    'tome-csi',
    '-l',
    'app.kubernetes.io/component=controller',
    '--all-containers',
    '--prefix',
    '--tail=150',
  ],
  ['logs', '-n', 'tome-csi', '-l', 'app.kubernetes.io/component=node', '--prefix', '--tail=400'],
];

/** What a person would look at after a failure. */
export async function printDiagnostics({ reach, kubectl, env }: Environment): Promise<void> {
  for (const question of QUESTIONS) {
    const [program = '', ...args] = [...reach, ...kubectl, ...question];
    console.log(`\n--- kubectl ${question.join(' ')}`);
    await cleanUpCommand(program, args, { env }).catch(() => undefined);
  }
}
