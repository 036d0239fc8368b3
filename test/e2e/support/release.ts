import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { settings } from './settings.ts';

const execute = promisify(execFile);

/** What helm said, and whether it did it. */
export interface HelmAnswer {
  readonly ok: boolean;
  readonly output: string;
}

/** `helm upgrade` of the release to the values it was installed with and these, as `--set` takes them. */
export function upgrade(...sets: readonly string[]): Promise<HelmAnswer> {
  const values = ['--values', settings.valuesFile, ...sets.flatMap((set) => ['--set', set])];
  return helm('upgrade', '--install', settings.release, settings.chart, ...values, '--wait', '--timeout', '180s');
}

export function uninstall(): Promise<HelmAnswer> {
  return helm('uninstall', settings.release, '--wait', '--timeout', '180s');
}

export function testRelease(): Promise<HelmAnswer> {
  return helm('test', settings.release, '--timeout', '120s');
}

async function helm(...args: readonly string[]): Promise<HelmAnswer> {
  try {
    const { stdout, stderr } = await execute(settings.helm, [...args, '--namespace', settings.namespace]);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: `${stdout}${stderr}${error instanceof Error ? error.message : ''}` };
  }
}
