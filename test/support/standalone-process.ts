import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { standaloneConfig, type StandaloneOptions } from '../../src/app/config.ts';
import { connectTo, driverOptions, type TestDriver } from './driver.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface StandaloneProcess extends TestDriver {
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Whether it runs. */
  isUp(): boolean;
}

/** `tome standalone` in a process of its own, with the options of `startDriver`; `close` ends it by SIGTERM. */
export async function startProcess(directory: string, options: StandaloneOptions = {}): Promise<StandaloneProcess> {
  await mkdir(directory, { recursive: true });
  const given = driverOptions(directory, options);
  const { socket, stateDir } = standaloneConfig(given);
  const file = join(directory, 'config.json');
  await writeFile(file, JSON.stringify(given));
  const program = ['--disable-warning=ExperimentalWarning', main, 'standalone', '--config', file];
  const child = spawn(process.execPath, program, {
    env: { ...process.env, TOME_SOCKET: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  await firstLine(child.stdout);
  const driver = connectTo(socket, stateDir, () => end('SIGTERM'));
  return {
    ...driver,
    isUp: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      driver.disconnect();
      await end('SIGKILL');
    },
  };
}

/** It says hello once it serves. */
async function firstLine(output: NodeJS.ReadableStream): Promise<void> {
  for await (const _line of createInterface({ input: output })) return;
  throw new Error('the driver ended before it served');
}
