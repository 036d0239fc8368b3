import { cleanUpCommand } from '../../test/e2e/harness/command.ts';
import type { Environment } from '../../test/e2e/harness/environment.ts';
import { namespace, release } from './names.ts';

/** Takes out of a cluster that stays what the benchmark put into it: its volumes first, which the release would outlive. */
export async function removeRelease(environment: Environment): Promise<void> {
  const { kubectl, helm } = environment;
  const steps: readonly (readonly string[])[] = [
    [...kubectl, 'delete', 'namespace', namespace, '--ignore-not-found', '--timeout=900s'],
    [...kubectl, 'wait', '--for=delete', 'volumes.tome.storage', '--all', '--timeout=900s'],
    [helm, 'uninstall', release.name, '--namespace', release.namespace, '--wait', '--timeout', '180s'],
  ];
  for (const step of steps) {
    const [program = '', ...args] = [...environment.reach, ...step];
    await cleanUpCommand(program, args, { env: environment.env }).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
  }
}
