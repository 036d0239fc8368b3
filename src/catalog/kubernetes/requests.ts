import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import { errorOf, isOk, type Subject } from './api-error.ts';
import { NoAnswerError, type ApiRequest, type ApiResponse, type ApiServer } from './api-server.ts';

/** Milliseconds during which an API server that fails for a moment is tried again. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 100;

/** Asks until there is an answer that is more than "not now". Throws Unavailable when that takes too long. */
export async function look(server: ApiServer, request: ApiRequest, subject: Subject): Promise<ApiResponse> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { response, problem } = await attempt(server, request, subject);
    if (problem === undefined) return response;
    if (server.isClosed || performance.now() >= deadline) throw problem;
    await delay(PAUSE_MS);
  }
}

/**
 * Writes, and tries again where that is safe. When nobody knows whether a try took place (the connection broke, the
 * server failed half way) `wasDone` looks: it returns what came of it, or undefined when nothing did, and throws when
 * somebody else has written meanwhile. Returns the server's answer, be it a refusal, or what `wasDone` returns.
 */
export async function write<T>(
  server: ApiServer,
  request: ApiRequest,
  subject: Subject,
  wasDone: () => Promise<T | undefined>,
): Promise<{ readonly answer: ApiResponse } | { readonly found: T }> {
  const deadline = performance.now() + PATIENCE_MS;
  let isUncertain = false;
  for (;;) {
    const tried = await attempt(server, request, subject);
    const { response, problem } = tried;
    isUncertain ||= tried.mayBeDone;
    // After an uncertain try a refusal may be about what that one did.
    const found = isUncertain && !(response !== undefined && isOk(response)) ? await wasDone() : undefined;
    if (found !== undefined) return { found };
    if (problem === undefined) return { answer: response };
    if (server.isClosed || performance.now() >= deadline) throw problem;
    await delay(PAUSE_MS);
  }
}

type Outcome =
  | { readonly response: ApiResponse; readonly problem: undefined; readonly mayBeDone: false }
  | { readonly response: undefined; readonly problem: Error; readonly mayBeDone: boolean };

async function attempt(server: ApiServer, request: ApiRequest, subject: Subject): Promise<Outcome> {
  try {
    const response = await server.request(request);
    // Too many requests are turned away before anything is done.
    if (response.status === 429) return { response: undefined, problem: errorOf(response, subject), mayBeDone: false };
    if (response.status >= 500) return { response: undefined, problem: errorOf(response, subject), mayBeDone: true };
    return { response, problem: undefined, mayBeDone: false };
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return { response: undefined, problem: unavailable(error), mayBeDone: error.isSent };
  }
}

/** Silence, as the callers of a catalog know it. */
export function unavailable(error: unknown): VolumeError {
  return error instanceof VolumeError ? error : new VolumeError('Unavailable', messageOf(error), { cause: error });
}
