import { messageOf } from '../domain/errors.ts';
import type { Change } from './catalog.ts';

type Listener<R> = (change: Change<R>) => void;

/**
 * Hands the changes of one collection to those who watch it. Listeners are found by id, so that thousands may wait for
 * one resource each without being woken by all the others.
 */
export class ChangeFeed<R> {
  readonly #ofAll = new Set<{ readonly listener: Listener<R> }>();
  readonly #ofOne = new Map<string, Set<{ readonly listener: Listener<R> }>>();
  /** The newest change of each resource that is still to be told. */
  readonly #turns = new Map<string, Promise<void>>();

  /** Returns how to stop; a stopped listener is not called again, also not for a change that is being told. */
  watch(listener: Listener<R>, id?: string): () => void {
    const entry = { listener };
    if (id === undefined) {
      this.#ofAll.add(entry);
      return () => void this.#ofAll.delete(entry);
    }
    const entries = this.#ofOne.get(id) ?? new Set();
    this.#ofOne.set(id, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#ofOne.get(id) === entries) this.#ofOne.delete(id);
    };
  }

  /**
   * Tells a change once `ready` resolves and the earlier changes of its resource were told; resolves after that.
   * When `ready` rejects, so does this, and nothing is told. Listeners never run inside the caller's own turn.
   */
  async publish(change: Change<R>, ready?: Promise<void>): Promise<void> {
    const turn = this.#tellAfter(this.#turns.get(change.id), ready, change);
    this.#turns.set(change.id, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(change.id) === turn) this.#turns.delete(change.id);
    }
  }

  async #tellAfter(earlier: Promise<void> | undefined, ready: Promise<void> | undefined, change: Change<R>) {
    // An earlier change that failed is its own writer's to hear of.
    await Promise.allSettled([earlier, ready]);
    await ready;
    for (const entries of [this.#ofAll, this.#ofOne.get(change.id) ?? new Set()]) {
      // A copy: a listener that stops itself and watches again would otherwise be called without end.
      for (const entry of [...entries]) {
        if (entries.has(entry)) tell(entry.listener, change);
      }
    }
  }
}

/** What a listener throws is a defect of its own: the writer and the other listeners go on, the process hears of it. */
function tell<R>(listener: Listener<R>, change: Change<R>): void {
  try {
    listener(change);
  } catch (cause) {
    queueMicrotask(() => {
      throw new Error(`a listener to catalog changes threw on ${change.id}: ${messageOf(cause)}`, { cause });
    });
  }
}
