import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { SourceChanged, Transient } from './errors.ts';
import { request, type Answer } from './request.ts';
import type { Credentials } from './source.ts';

/** How often in a row it is tried again without one byte more. */
const TRIES = 6;
const FIRST_PAUSE_MS = 500;
/** Milliseconds without a byte after which a connection counts as broken. */
const SILENCE_MS = 60_000;

export interface Reading {
  /** Bytes that are there already, of a file with this validator. */
  readonly offset: number;
  readonly validator?: string | undefined;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  /** Told before the first byte, and once only. Throws to have it end there. */
  readonly onAnswer: (answer: Pick<Answer, 'totalBytes' | 'validator'>) => Promise<void> | void;
  readonly retryPauseMs?: number | undefined;
  readonly silenceMs?: number;
}

/**
 * The bytes of a file from `offset` on. Where the connection breaks it is gone on with from there. Throws SourceChanged
 * when that is not the same file any more, or cannot be told; Unavailable when it breaks again and again.
 */
export async function* readUrl(url: string, reading: Reading): AsyncGenerator<Uint8Array> {
  const { signal, retryPauseMs = FIRST_PAUSE_MS } = reading;
  let { offset, validator } = reading;
  let isTold = false;
  for (let failures = 0; ;) {
    try {
      for await (const piece of part(url, { ...reading, offset, validator, onAnswer: tell })) {
        failures = 0;
        offset += piece.length;
        yield piece;
      }
      return;
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      failures += 1;
      if (failures > TRIES) {
        const message = `the connection breaks again and again: ${error.message}`;
        throw new VolumeError('Unavailable', message, { cause: error });
      }
    }
    await delay(retryPauseMs * 2 ** (failures - 1), undefined, { signal });
  }

  async function tell(answer: Pick<Answer, 'totalBytes' | 'validator'>): Promise<void> {
    if (!isTold) await reading.onAnswer(answer);
    isTold = true;
    validator = answer.validator;
  }
}

async function* part(url: string, reading: Reading): AsyncGenerator<Uint8Array> {
  const { offset, validator, credentials, silenceMs = SILENCE_MS } = reading;
  if (offset > 0 && validator === undefined) throw new SourceChanged('nothing tells whether it is the same file still');
  const silence = new AbortController();
  const signal = AbortSignal.any([reading.signal, silence.signal]);
  const timer = setTimeout(() => {
    silence.abort();
  }, silenceMs);
  let done = offset;
  try {
    const answer = await request(url, { offset, validator, credentials, signal });
    // A server may know ranges and not If-Range: then the rest is of whatever is there now, and so it is if nothing tells.
    if (answer.offset !== offset || (offset > 0 && answer.validator !== validator)) {
      await answer.body?.cancel();
      throw new SourceChanged('the file is another one by now');
    }
    await reading.onAnswer(answer);
    for await (const piece of answer.body ?? []) {
      timer.refresh();
      done += piece.length;
      yield piece;
    }
    const { totalBytes } = answer;
    if (totalBytes !== undefined && done < totalBytes)
      throw new Transient(`it ended after ${done} of ${totalBytes} bytes`);
  } catch (error) {
    if (silence.signal.aborted) throw new Transient(`the server was silent for ${silenceMs} ms`, { cause: error });
    throw isBroken(error) && !reading.signal.aborted ? new Transient(brokenBy(error), { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** What fetch throws while a body is read: TypeError "terminated", with the socket's error as its cause. */
function isBroken(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message === 'terminated';
}

function brokenBy(error: TypeError): string {
  return error.cause === undefined ? error.message : messageOf(error.cause);
}
