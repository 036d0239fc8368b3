import { cleanUpCommand } from './command.ts';
import type { Environment } from './environment.ts';

const QUESTIONS: readonly (readonly string[])[] = [
  ['get', 'nodes,pods', '-A', '-o', 'wide'],
  ['get', 'volumes,snapshots.tome.storage,pools'],
  ['get', 'pvc', '-A'],
  ['get', 'events', '-A', '--field-selector', 'type=Warning,reason!=MissingClusterDNS', '--sort-by=.lastTimestamp'],
  logs('controller', 120),
  logs('node', 200),
];

function logs(component: string, lines: number): readonly string[] {
  const pods = ['-n', 'tome-csi', '-l', `app.kubernetes.io/component=${component}`];
  return ['logs', ...pods, '--all-containers', '--prefix', `--tail=${lines}`, '--since=15m'];
}

/** What a person would look at after a failure. */
export async function printDiagnostics({ reach, kubectl, env }: Environment): Promise<void> {
  for (const question of QUESTIONS) {
    const [program = '', ...args] = [...reach, ...kubectl, ...question];
    console.log(`\n--- kubectl ${question.join(' ')}`);
    await cleanUpCommand(program, args, { env }).catch(() => undefined);
  }
}
