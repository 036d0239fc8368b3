import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ServiceClient } from '../../src/csi/server/client.ts';
import { freePort } from './free-port.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

const lineSchema = z.looseObject({ msg: z.string() });

/** `tome controller` or `tome node` in a process of its own. */
export interface ModeProcess {
  readonly pid: number;
  /** All that it has logged. */
  readonly lines: readonly LogLine[];
  /** Resolves with the first line, written already or later, that has this message. Rejects when it ends without it. */
  logged(msg: string): Promise<LogLine>;
  /** Ends it with SIGTERM, unless another signal is given; resolves with its exit code, null when the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves with its exit code when it has ended by itself. */
  readonly ended: Promise<number | null>;
}

export interface ModeOptions {
  readonly mode: 'controller' | 'node';
  readonly config: object;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs it as this user. */
  readonly uid?: number;
}

/** Starts it with a configuration file in `directory`, which is made. */
export async function startMode(directory: string, { mode, config, env, uid }: ModeOptions): Promise<ModeProcess> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${mode}.json`);
  await writeFile(file, JSON.stringify(config));
  const line = [process.execPath, '--disable-warning=ExperimentalWarning', main, mode, '--config', file];
  const [program = '', ...args] = uid === undefined ? line : [...asUser(uid), ...line];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const output = createInterface({ input: child.stderr });
  output.on('line', (line) => {
    lines.push(parseLine(line));
    for (const look of waiting) look();
  });
  const closed = once(output, 'close');

  const ended = Promise.all([exited, closed]).then(() => child.exitCode);
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    logged(msg) {
      const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
      const look = () => {
        const found = lines.find((line) => line.msg === msg);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
      void closed.then(() => {
        reject(new Error(`it ended without "${msg}", after ${JSON.stringify(lines)}`));
      });
      return promise.finally(() => waiting.delete(look));
    },
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** May read everything all the same: the sources can be in a directory that others cannot enter. */
function asUser(uid: number): readonly string[] {
  const capability = '+dac_read_search';
  const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  return ['setpriv', ...user, `--inh-caps=${capability}`, `--ambient-caps=${capability}`];
}

/** What ends the process is said in plain text. */
function parseLine(line: string): LogLine {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return { msg: line };
  }
}

/** A kubeconfig for an API server where nothing listens. */
export async function deadKubeconfig(directory: string): Promise<string> {
  const file = join(directory, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dead',
    contexts: [{ name: 'dead', context: { cluster: 'dead', user: 'dead' } }],
    clusters: [{ name: 'dead', cluster: { server: `http://127.0.0.1:${await freePort()}` } }],
    users: [{ name: 'dead', user: {} }],
  };
  await mkdir(directory, { recursive: true });
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** Asks Probe until it is well; a test that waits for ever runs into its own limit. */
export async function untilReady(identity: ServiceClient<'csi.v1.Identity'>): Promise<void> {
  for (;;) {
    const isReady = await identity.probe({}).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await delay(20);
  }
}
