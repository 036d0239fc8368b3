import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 250;

/** For what cannot be watched: asks again until the answer is accepted. What fails is asked again as well. */
export async function poll<T>(
  what: string,
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (accept(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await delay(PAUSE_MS);
  } while (Date.now() < until);
  throw new Error(`${what}: not within ${timeoutMs / 1000} s; last: ${String(last)}`);
}
