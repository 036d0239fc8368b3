import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { pathOf, subjectOf, type Api } from './api.ts';
import { errorOf, GoneError } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import type { Query } from './list-all.ts';

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

export type WatchEvent = z.infer<typeof eventSchema> & { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' };

export interface WatchSpan {
  /** The version from which changes are told. */
  readonly from: string;
  /** After which the server ends it, to be taken up again: one that hangs is noticed soon after. */
  readonly seconds: number;
  readonly selector?: Query;
}

/** Milliseconds that it may be late to end. */
const GRACE_MS = 10_000;

const errorSchema = z.object({ code: z.number() });

/**
 * The events of one watch of all namespaces, until the server ends it. Throws GoneError when it cannot begin or go on there,
 * and whatever breaks it.
 */
export async function* watchEvents(
  server: ApiServer,
  api: Api,
  { from, seconds, selector = {} }: WatchSpan,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const query = {
    ...selector,
    resourceVersion: from,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(seconds),
    watch: 'true',
  };
  const path = `${pathOf(api)}?${String(new URLSearchParams(query))}`;
  const subject = subjectOf(api, 'watch');
  const tooLong = AbortSignal.timeout(seconds * 1000 + GRACE_MS);
  const response = await server.open({ method: 'GET', path }, AbortSignal.any([signal, tooLong]));
  const status = response.statusCode ?? 0;
  if (status !== 200) throw errorOf({ status, body: parsed(await text(response)) }, subject);
  for await (const line of linesOf(response)) {
    const { type, object } = eventSchema.parse(parsed(line));
    if (type === 'ERROR') {
      throw errorOf({ status: errorSchema.safeParse(object).data?.code ?? 500, body: object }, subject);
    }
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
