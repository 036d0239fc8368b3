import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { GoneError } from './api-error.ts';
import type { ResourceClient } from './resource-client.ts';

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

export type WatchEvent = z.infer<typeof eventSchema> & { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' };

const errorSchema = z.object({ code: z.number() });

/**
 * The events of one watch, until the server ends it. Throws GoneError when it cannot begin or go on there, and whatever
 * breaks it.
 */
export async function* watchEvents(
  client: Pick<ResourceClient<never, never>, 'watch' | 'watchError'>,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const response = await client.watch(query, signal);
  const status = response.statusCode ?? 0;
  if (status !== 200) throw client.watchError(status, parsed(await text(response)));
  for await (const line of linesOf(response)) {
    const { type, object } = eventSchema.parse(parsed(line));
    if (type === 'ERROR') throw client.watchError(errorSchema.safeParse(object).data?.code ?? 500, object);
    yield { type, object };
  }
}

/** Whether there is no other way than to list anew. */
export function isGone(error: unknown): boolean {
  return error instanceof GoneError;
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
