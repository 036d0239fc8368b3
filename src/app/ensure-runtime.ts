/**
 * What the process must be started with, since Node reads it once at its start. Mounts, freezes and syncs each hold a
 * thread while they wait, and the default of four would let one slow disk stop all. One arena and a small young
 * generation keep an idle server below 80 MiB. How far the heap may grow before it is collected is a guess of V8 from how
 * fast it has been filled, and wrong by 30 MiB now and then: so it is given.
 */
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '32', MALLOC_ARENA_MAX: '1' };
const FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=50', '--expose-gc'];
const MARK = 'TOME_RUNTIME';

/** Replaces the process by itself with the runtime's settings (execve(2)), unless it was started so already. */
export function ensureRuntime(): void {
  if (process.env[MARK] !== undefined) return;
  const args = [process.execPath, ...FLAGS, ...process.execArgv, ...process.argv.slice(1)];
  // What the operator has set stays.
  process.execve?.(process.execPath, args, { ...ENVIRONMENT, ...process.env, [MARK]: 'set' });
}
