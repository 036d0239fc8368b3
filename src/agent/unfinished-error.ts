import { messageOf } from '../domain/errors.ts';

/** What the pool has decided could not be done yet: it cannot be refused any more, so it is no answer to a request. */
export class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError';

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}
