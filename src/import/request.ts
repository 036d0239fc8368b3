import { messageOf, VolumeError } from '../domain/errors.ts';
import { MiB } from '../domain/sizes.ts';
import { authorization } from './credentials.ts';
import { Transient, Unreachable } from './errors.ts';
import type { Credentials } from './source.ts';

/** What is asked for. */
export interface Ask {
  readonly method?: 'GET' | 'HEAD';
  /** Bytes that are there already. */
  readonly offset?: number;
  /** What those were read of: a strong ETag, or a date. */
  readonly validator?: string | undefined;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

export interface Answer {
  /** Where in the file what follows begins: what was asked for, or 0 where the file is another one by now. */
  readonly offset: number;
  /** Bytes of the whole file; undefined when the server does not tell. */
  readonly totalBytes: number | undefined;
  /** By which the rest can be asked for later; undefined where the server gives nothing that is sure. */
  readonly validator: string | undefined;
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * One HTTP request, redirects followed (without the credentials, where they lead to another server). Asks for the bytes
 * from `offset` on, if the file is still the one that the validator is of (RFC 9110, If-Range). Throws Transient, and
 * VolumeError for a refusal that no repetition changes.
 */
export async function request(url: string, ask: Ask): Promise<Answer> {
  const { method = 'GET', offset = 0, validator, credentials, signal } = ask;
  const allowed = authorization(credentials);
  const headers = {
    // Compressed on its way it would have another length, and no ranges.
    'accept-encoding': 'identity',
    'user-agent': 'tome',
    ...(allowed !== undefined && { authorization: allowed }),
    ...(offset > 0 && { range: `bytes=${offset}-`, ...(validator !== undefined && { 'if-range': validator }) }),
  };
  const response = await exchange(url, { method, headers, signal });
  try {
    return answerOf(response, offset);
  } catch (error) {
    await response.body?.cancel().catch(() => undefined);
    throw error;
  }
}

/** fetch, which throws Transient, and Unreachable, when there is no answer at all. */
export async function exchange(url: string, init: { signal: AbortSignal } & RequestInit): Promise<Response> {
  return await fetch(url, init).catch((error: unknown) => {
    if (init.signal.aborted) throw error;
    const why = error instanceof Error && error.cause ? error.cause : error;
    throw isUnreachable(why)
      ? new Unreachable(messageOf(why), { cause: error })
      : new Transient(messageOf(why), { cause: error });
  });
}

/** Bytes; registries have lists of images of a few thousand. */
const MOST_TEXT = 4 * MiB;

/** The text of the answer to a GET. Throws as `request`, and FailedPrecondition when it has more than 4 MiB. */
export async function requestText(url: string, init: { signal: AbortSignal } & RequestInit): Promise<string> {
  const response = await exchange(url, init);
  const body: ReadableStream<Uint8Array> | null = response.body;
  if (!response.ok) {
    await body?.cancel();
    throw refusal(response);
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MOST_TEXT) throw new VolumeError('FailedPrecondition', `${response.url} answers with far too much`);
  }
  return Buffer.concat(pieces).toString();
}

/** By the codes of connect(2) and getaddrinfo(3). */
function isUnreachable(why: unknown): boolean {
  return why instanceof Error && 'code' in why && UNREACHABLE.has(String(why.code));
}

const UNREACHABLE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

function answerOf(response: Response, asked: number): Answer {
  const { status, headers, body } = response;
  if (status === 416 && rangeTotal(headers) === asked) {
    return { offset: asked, totalBytes: asked, validator: validatorOf(headers), body: null };
  }
  if (status === 416) return { offset: 0, totalBytes: undefined, validator: undefined, body: null };
  if (status !== 200 && status !== 206) throw refusal(response);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new VolumeError('FailedPrecondition', `the server sends it as ${encoding}, which nobody asked for`);
  }
  const validator = validatorOf(headers);
  if (status === 200) return { offset: 0, totalBytes: lengthOf(headers), validator, body };
  return { offset: rangeStart(headers), totalBytes: rangeTotal(headers), validator, body };
}

/** What an answer that is none stands for: Transient, or a VolumeError. */
function refusal({ status, statusText, url }: Response): Error {
  const said = `${new URL(url).origin} answers ${status} ${statusText}`.trim();
  if (status === 408 || status === 429 || status >= 500) return new Transient(said);
  if (status === 404 || status === 410) return new VolumeError('NotFound', `${said}: there is nothing at this address`);
  const advice = status === 401 || status === 403 ? ': give an account with --credentials-file' : '';
  return new VolumeError('FailedPrecondition', `${said}${advice}`);
}

/** A weak ETag says nothing about bytes. */
function validatorOf(headers: Headers): string | undefined {
  const tag = headers.get('etag');
  return tag?.startsWith('"') ? tag : (headers.get('last-modified') ?? undefined);
}

function lengthOf(headers: Headers): number | undefined {
  return numberIn(headers.get('content-length'), /^(\d+)$/);
}

function rangeStart(headers: Headers): number {
  return numberIn(headers.get('content-range'), /^bytes (\d+)-/) ?? -1;
}

function rangeTotal(headers: Headers): number | undefined {
  return numberIn(headers.get('content-range'), /^bytes [^/]+\/(\d+)$/);
}

function numberIn(text: string | null, pattern: RegExp): number | undefined {
  const digits = text === null ? undefined : pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
