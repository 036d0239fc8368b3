import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { bundle } from './bundle.ts';
import { connectTo, type TestDriver } from './driver.ts';
import type { Step } from './kill-points.ts';

const answerSchema = z.tuple([
  z.object({ steps: z.array(z.object({ label: z.string(), differsBefore: z.boolean() })) }),
  z.unknown(),
]);

/** The driver in a process of its own, which can be told to kill itself. */
export interface DriverProcess {
  readonly clients: TestDriver;
  /** Kills itself at this point, counted from now on; never when it is undefined. */
  arm(point: number | undefined): Promise<void>;
  /** The steps since it was armed, when nothing is under way any more; undefined when it died meanwhile. */
  idle(): Promise<readonly Step[] | undefined>;
  /** SIGKILL; resolves when the process is gone. Gone already is fine. */
  kill(): Promise<void>;
}

/** Starts one driver after the other. The process for the next one loads the program while the present one serves. */
export class DriverProcesses {
  readonly #scratch: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children = new Set<ChildProcess>();
  #spare: ChildProcess;

  private constructor(scratch: string, env: NodeJS.ProcessEnv) {
    this.#scratch = scratch;
    this.#env = env;
    this.#spare = this.#spawn();
  }

  /** `scratch` is a directory for the program as one file, which starts in half the time. */
  static async load(scratch: string, env: NodeJS.ProcessEnv = {}): Promise<DriverProcesses> {
    await bundle(join(import.meta.dirname, 'fixtures/killable-driver.ts'), join(scratch, 'driver.mjs'));
    return new DriverProcesses(scratch, env);
  }

  /** Undefined when it killed itself while it started, at the `point` counted from its first step. */
  async start(directory: string, point?: number): Promise<DriverProcess | undefined> {
    const child = this.#spare;
    this.#spare = this.#spawn();
    const steps = await ask(child, { command: 'start', directory, point: point ?? null });
    if (steps === undefined) return undefined;
    const stateDir = join(directory, 'state');
    const clients = connectTo(join(stateDir, 'csi.sock'), stateDir, () => Promise.resolve());
    return {
      clients,
      arm: async (next) => {
        await ask(child, { command: 'arm', point: next ?? null });
      },
      idle: () => ask(child, { command: 'idle' }),
      kill: async () => {
        await clients.close();
        await end(child);
      },
    };
  }

  /** Kills all that still run. */
  async close(): Promise<void> {
    await Promise.all([...this.#children].map(end));
  }

  #spawn(): ChildProcess {
    const child = fork(join(this.#scratch, 'driver.mjs'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {
        ...process.env,
        UV_THREADPOOL_SIZE: '32',
        NODE_COMPILE_CACHE: join(this.#scratch, 'compiled'),
        ...this.#env,
      },
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Undefined when the process died instead of answering. */
async function ask(child: ChildProcess, command: object): Promise<readonly Step[] | undefined> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const exited = isGone(child) ? Promise.resolve() : once(child, 'exit', { signal }).then(() => undefined);
  const answered = once(child, 'message', { signal });
  // The one that loses the race is aborted.
  for (const event of [exited, answered]) event.catch(() => undefined);
  if (child.connected) child.send(command, () => undefined);
  try {
    const answer = await Promise.race([exited, answered]);
    return answer === undefined ? undefined : answerSchema.parse(answer)[0].steps;
  } finally {
    waiting.abort();
  }
}

function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
