import type { Host } from '../../src/host/host.ts';

/** What changes something: the steps between which a process can die. */
const STEPS = new Set([
  ...['write', 'replace', 'move', 'sync', 'makeDirectory', 'remove', 'removeTree', 'create', 'resize', 'allocate'],
  ...['reflink', 'copySparse', 'setCowExtentSize', 'writeBlock', 'freeze', 'thaw', 'attach', 'refreshSize', 'run'],
]);

export interface DyingHost {
  readonly host: Host;
  /** From now on, dies before the `step`th call that changes something (from 1): that one and all after it do nothing. */
  dieAt(step: number): void;
  /** Whether it got as far as the step it was to die at. */
  died(): boolean;
  /** Lets go of the locks, as the kernel does when a process ends. */
  end(): void;
}

/** A host that stops as SIGKILL would. */
export function dyingHost(real: Host): DyingHost {
  let stepsLeft = Infinity;
  const locks: { release(): void }[] = [];
  const isDead = () => stepsLeft <= 0;
  const beforeCall = (name: string) => {
    if (STEPS.has(name)) stepsLeft--;
    if (isDead()) throw new Error('killed');
  };
  const host: Host = {
    files: {
      ...guarded(real.files, beforeCall),
      lock: async (path, waitMs) => {
        const lock = await real.files.lock(path, waitMs);
        locks.push(lock);
        return lock;
      },
    },
    images: guarded(real.images, beforeCall),
    loops: guarded(real.loops, beforeCall),
    mounts: guarded(real.mounts, beforeCall),
    cgroups: guarded(real.cgroups, beforeCall),
    run: (command, args, options) => {
      beforeCall('run');
      return real.run(command, args, options);
    },
  };
  return {
    host,
    dieAt: (step) => {
      stepsLeft = step;
    },
    died: isDead,
    end: () => {
      for (const lock of locks) lock.release();
    },
  };
}

/** The same functions, each asking `beforeCall` first. */
function guarded<T extends object>(functions: T, beforeCall: (name: string) => void): T {
  return new Proxy(functions, {
    get(target, name) {
      const original: unknown = Reflect.get(target, name);
      if (typeof original !== 'function') return original;
      return async (...args: unknown[]): Promise<unknown> => {
        beforeCall(String(name));
        return (await Reflect.apply(original, target, args)) as unknown;
      };
    },
  });
}
