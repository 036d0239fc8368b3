import type { CoreV1Event, KubernetesObject } from '@kubernetes/client-node';
import { events } from './kinds.ts';
import { eventsOf, messageOf, messagesAbout } from './messages.ts';
import type { Reference } from './objects.ts';
import { watchUntil } from './wait.ts';

/** Waits for an event about the object whose text matches, and answers that text. */
export async function eventAbout(
  reference: Reference<KubernetesObject>,
  pattern: RegExp,
  timeoutMs = 90_000,
): Promise<string> {
  const matches = (event: CoreV1Event) => pattern.test(messageOf(event));
  const found = await watchUntil(events, eventsOf(reference), (all) => all.some(matches), timeoutMs);
  const event = found?.find(matches);
  if (event !== undefined) return messageOf(event);
  const messages = await messagesAbout(reference);
  throw new Error(`no event about ${reference.name} says ${String(pattern)}; there are:\n${messages.join('\n')}`);
}
