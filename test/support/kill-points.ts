import { setImmediate as turn } from 'node:timers/promises';
import type { Host } from '../../src/host/host.ts';

/** What changes something: the steps that a process can die before or after. */
const STEPS = {
  files: ['write', 'replace', 'move', 'sync', 'syncDescriptor', 'makeDirectory', 'remove', 'removeTree'],
  images: ['create', 'resize', 'allocate', 'reflink', 'copySparse', 'setCowExtentSize', 'writeBlock', 'sync'],
  loops: ['attach', 'detach', 'refreshSize', 'setLabel', 'flush', 'disableDiscard'],
  cgroups: ['set'],
  mounts: ['mount', 'bind', 'unmount', 'freeze', 'thaw'],
} satisfies { readonly [G in Exclude<keyof Host, 'run'>]: readonly (keyof Host[G])[] };

/** Turns of the event loop with nothing under way that count as idle: between two calls there are only a few. */
const IDLE_TURNS = 20;

export interface Step {
  readonly label: string;
  /**
   * Dying before it is another thing than dying after the one before: there is none, it still runs, or the catalog was
   * written to, which is then synced.
   */
  readonly differsBefore: boolean;
}

export interface KillPoints {
  /** The host to give to the driver. */
  readonly host: Host;
  /** Forgets the steps so far and counts from 0: dies before the nth step at point 2n, after it at 2n + 1. */
  arm(point: number): void;
  /** The steps since then. */
  readonly steps: readonly Step[];
  /** Resolves when no call is under way any more, also none that was begun in the background. */
  idle(): Promise<void>;
}

/** Wraps a host, so that the process ends by `die` at a chosen point. `die` is told where, and must not return. */
export function killPoints(real: Host, die: (where: string) => void): KillPoints {
  const steps: Step[] = [];
  let point = Infinity;
  let underWay = 0;
  let stepsUnderWay = 0;

  async function step<T>(name: string, args: readonly unknown[], work: () => Promise<T>): Promise<T> {
    const label = describe(name, args);
    const differsBefore = steps.length === 0 || stepsUnderWay > 0 || name === 'files.syncDescriptor';
    const index = steps.push({ label, differsBefore }) - 1;
    if (point === 2 * index) die(`before ${label}`);
    stepsUnderWay += 1;
    try {
      return await work();
    } finally {
      stepsUnderWay -= 1;
      if (point === 2 * index + 1) die(`after ${label}`);
    }
  }

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  }

  function wrap<T extends object>(group: string, functions: T, mutating: readonly string[]): T {
    return new Proxy(functions, {
      get(target, name) {
        const original: unknown = Reflect.get(target, name);
        if (typeof original !== 'function' || typeof name !== 'string') return original;
        return (...args: unknown[]): Promise<unknown> => {
          const call = async (): Promise<unknown> => await Reflect.apply(original, target, args);
          return counted(mutating.includes(name) ? () => step(`${group}.${name}`, args, call) : call);
        };
      },
    });
  }

  const files = wrap('files', real.files, STEPS.files);
  const host: Host = {
    // One step to the driver, two to the disk: it can die between them.
    files: {
      ...files,
      replace: async (path, text) => {
        await files.write(`${path}.new`, text);
        await files.move(`${path}.new`, path);
      },
    },
    images: wrap('images', real.images, STEPS.images),
    loops: wrap('loops', real.loops, STEPS.loops),
    mounts: wrap('mounts', real.mounts, STEPS.mounts),
    cgroups: wrap('cgroups', real.cgroups, STEPS.cgroups),
    run: (...args) => counted(() => step('run', args, () => real.run(...args))),
  };

  return {
    host,
    steps,
    arm(next) {
      steps.length = 0;
      point = next;
    },
    async idle() {
      for (let quiet = 0; quiet < IDLE_TURNS; quiet = underWay === 0 ? quiet + 1 : 0) await turn();
    },
  };
}

function describe(name: string, args: readonly unknown[]): string {
  return `${name} ${JSON.stringify(args.map((arg) => (Buffer.isBuffer(arg) ? `${arg.length} bytes` : arg)))}`;
}
