import { VolumeError } from '../domain/errors.ts';
import { formatSize } from '../domain/sizes.ts';

export interface LedgerEntry {
  readonly id: string;
  readonly uuid: string;
  /** A volume counts its size, a snapshot what its image holds. */
  readonly bytes: number;
  /** An ephemeral volume, which no catalog has. */
  readonly ephemeral?: true | undefined;
  /** The template that it is a clone of: that one cannot be deleted before. */
  readonly clonedFrom?: string | undefined;
  /** Of a volume that nodes share: the id of the Pool resource that has it, in place of this pool's. */
  readonly sharedPool?: string | undefined;
}

export interface Limits {
  /** Bytes that may be promised in all. */
  readonly capacity: number;
  /** Bytes that could be written now, whatever was promised; Infinity where that is no limit. */
  readonly room: number;
}

/** What was promised to whom, against what there is. In memory: the records are its truth, read once at the start. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();
  #limits: Limits = { capacity: 0, room: Infinity };
  #promised = 0;
  #blankBytes = 0;

  /** Bytes promised to volumes and snapshots. */
  get promised(): number {
    return this.#promised;
  }

  get capacity(): number {
    return this.#limits.capacity;
  }

  /** Bytes that a new volume may have at most. */
  get available(): number {
    return Math.max(0, Math.floor(Math.min(this.#left, this.#limits.room)));
  }

  /** More is promised or taken by blanks than there is. */
  get isOverdrawn(): boolean {
    return this.#left < 0;
  }

  get #left(): number {
    return this.#limits.capacity - this.#promised - this.#blankBytes;
  }

  setLimits(limits: Limits): void {
    this.#limits = limits;
  }

  /** Bytes of the blanks: they take room, and can be dropped when it is needed. */
  setBlankBytes(bytes: number): void {
    this.#blankBytes = bytes;
  }

  entries(): Iterable<LedgerEntry> {
    return this.#entries.values();
  }

  /** Ids of what is there that was cloned from this template. */
  clonesOf(template: string): readonly string[] {
    return [...this.#entries.values()].filter(({ clonedFrom }) => clonedFrom === template).map(({ id }) => id);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  get(id: string): LedgerEntry | undefined {
    return this.#entries.get(id);
  }

  /** Notes what is there already, whether there is room for it or not. */
  put(entry: LedgerEntry): void {
    this.release(entry.id);
    this.#entries.set(entry.id, entry);
    this.#promised += entry.bytes;
  }

  /** Promises `bytes` in all to this id, in place of what it had. Throws ResourceExhausted and changes nothing then. */
  promise(entry: LedgerEntry): void {
    const more = this.#more(entry);
    if (more > this.available) {
      const left = formatSize(this.available);
      const message = `the pool has ${left} left to promise, ${formatSize(more)} are needed: delete something, or grow it`;
      throw new VolumeError('ResourceExhausted', message);
    }
    this.put(entry);
  }

  /** Whether it could be promised, were it not for what the filesystem has free at this moment. */
  lacksOnlyRoom(entry: LedgerEntry): boolean {
    const more = this.#more(entry);
    return more <= this.#left && more > this.#limits.room;
  }

  #more({ id, bytes }: LedgerEntry): number {
    return bytes - (this.#entries.get(id)?.bytes ?? 0);
  }

  /** Takes the promise back; nothing promised is fine. */
  release(id: string): void {
    this.#promised -= this.#entries.get(id)?.bytes ?? 0;
    this.#entries.delete(id);
  }
}
