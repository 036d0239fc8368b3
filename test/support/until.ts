import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what is polled and told by nobody. Throws when it has not come to that within `limitMs` milliseconds. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it has not come to that within ${limitMs} ms`);
    await delay(5);
  }
}
