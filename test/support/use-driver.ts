import { join } from 'node:path';
import type { StandaloneOptions } from '../../src/app/config.ts';
import { startDriver, type TestDriver } from './driver.ts';
import { temporaryDirectory, type TemporaryDirectory } from './temporary.ts';

/** A driver in this process, and the directory that its state is in. */
export interface UsedDriver extends TestDriver {
  readonly directory: TemporaryDirectory;
  /** A place in the directory. */
  readonly at: (...names: readonly string[]) => string;
  /** Starts it on what is there; it was closed before. */
  readonly start: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

interface How {
  /** Of a driver that is to know places in its directory, a function of `at`. */
  readonly options?: StandaloneOptions | ((at: UsedDriver['at']) => StandaloneOptions);
  /** One for all tests, not a new one for each. */
  readonly isShared?: boolean;
  /** The tests leave no mount and no loop device in the directory: one that does fails. */
  readonly leavesNothing?: boolean;
}

/** In a `describe`, before its own hooks: a driver for its tests, which is gone after them. */
export function useDriver({ options = {}, isShared = false, leavesNothing = false }: How = {}): UsedDriver {
  const at = (...names: readonly string[]): string => join(driver.directory.path, ...names);
  const start = async (): Promise<void> => {
    const known = typeof options === 'function' ? options(at) : options;
    Object.assign(driver, await startDriver(driver.directory.path, known));
  };
  const restart = async (): Promise<void> => {
    await driver.close();
    await start();
  };
  // Has the rest when the first test begins.
  const driver = { at, start, restart } as UsedDriver;
  (isShared ? before : beforeEach)(async () => {
    Object.assign(driver, { directory: temporaryDirectory() });
    await start();
  });
  (isShared ? after : afterEach)(async () => {
    await driver.close();
    await (leavesNothing ? driver.directory.cleanUpUnused() : driver.directory.cleanUp());
  });
  return driver;
}
