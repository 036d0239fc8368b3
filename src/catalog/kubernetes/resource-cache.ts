import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../domain/resource.ts';
import type { Change } from '../catalog.ts';
import { ChangeFeed } from '../change-feed.ts';
import type { StoredObject } from './stored-object.ts';

interface Entry<Spec, Status> {
  /** The newest there is, so that a list has what this process has written. */
  newest: StoredObject<Spec, Status> & { readonly resource: Resource<Spec, Status> };
  /** The version that listeners were told of last: behind the newest, while changes of others before it are on their way. */
  told: bigint;
}

export interface Listing<Spec, Status> {
  readonly objects: readonly StoredObject<Spec, Status>[];
  /** Of the server's data as a whole when the list was made. */
  readonly version: bigint;
  /** Whether the list would have the resource, if it were there. */
  readonly covers: (resource: Resource<Spec, Status>) => boolean;
  /** What `mark` returned before the list was asked for. */
  readonly mark: Mark;
}

export interface Mark {
  readonly newest: bigint;
  readonly removals: number;
}

/**
 * What is known of one kind's resources: from lists, from watches and from this process's own writes, which race with
 * each other. Versions decide: what is older never replaces what is newer, and each version is told once, in order.
 */
export class ResourceCache<Spec, Status> {
  readonly feed = new ChangeFeed<Resource<Spec, Status>>();
  readonly #entries = new Map<string, Entry<Spec, Status>>();
  /** By uid, what this process has removed and a watch has not yet confirmed: nothing of it must come back. */
  readonly #removed = new Map<string, { readonly resource: Resource<Spec, Status>; readonly order: number }>();
  readonly #held = new Map<string, { holders: number; readonly waiting: (() => void)[] }>();
  #isListed = false;
  #removals = 0;
  #newest = 0n;
  /** Undefined when the set of ids has changed since it was made. */
  #sortedIds: readonly string[] | undefined;

  /** In ascending order of ids. */
  *after(id: string): Iterable<Resource<Spec, Status>> {
    this.#sortedIds ??= [...this.#entries.keys()].sort();
    for (const next of this.#sortedIds) {
      const entry = next > id ? this.#entries.get(next) : undefined;
      if (entry !== undefined) yield entry.newest.resource;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The newest of this id that is known here. */
  newest(id: string): StoredObject<Spec, Status> | undefined {
    return this.#entries.get(id)?.newest;
  }

  /** What comes of the resource waits until the returned function is called: of a write in two steps only the end is told. */
  hold(id: string): () => void {
    const held = this.#held.get(id) ?? { holders: 0, waiting: [] };
    held.holders += 1;
    this.#held.set(id, held);
    return () => {
      held.holders -= 1;
      if (held.holders > 0) return;
      this.#held.delete(id);
      for (const work of held.waiting) work();
    };
  }

  /** An own write, made over the version `before` (undefined when it made the resource). Resolves when it is told. */
  async wrote(written: StoredObject<Spec, Status>, before: bigint | undefined): Promise<void> {
    const { resource } = written;
    if (resource === undefined || this.#removed.has(written.uid)) return;
    const entry = this.#entries.get(written.id);
    // A change of others in between is told by the watch first, and then this one.
    const isNext = entry === undefined || entry.told === before;
    this.#store({ ...written, resource }, isNext);
    // A write that changed nothing is none to the server.
    if (isNext && written.version !== before) await this.feed.publish({ id: written.id, resource });
  }

  /** An own removal. Resolves when it is told. */
  async removed({ id, uid }: StoredObject<Spec, Status>, resource: Resource<Spec, Status>): Promise<void> {
    if (this.#removed.has(uid)) return;
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.newest.uid !== uid) return;
    // The watch was faster, and has told it.
    if (entry === undefined && this.#isListed) return;
    this.#removals += 1;
    this.#removed.set(uid, { resource, order: this.#removals });
    this.#drop(id);
    await this.feed.publish({ id, resource: undefined });
  }

  /** From a watch: the object is like this now. */
  observed(object: StoredObject<Spec, Status>): void {
    this.#unlessHeld(object.id, () => {
      this.#observe(object);
    });
  }

  /** From a watch: the object is gone. `version` is the deletion's. */
  vanished({ id, uid, version }: Pick<StoredObject<Spec, Status>, 'id' | 'uid' | 'version'>): void {
    this.#unlessHeld(id, () => {
      this.#vanish(id, uid, version);
    });
  }

  /** Before a list is asked for. */
  mark(): Mark {
    return { newest: this.#newest, removals: this.#removals };
  }

  /** Takes a whole list over: what it lacks is gone. Listeners hear of every difference. */
  listed({ objects, version, covers, mark }: Listing<Spec, Status>): void {
    // The server's data was restored from a backup: no version says anything about another one's age any more.
    if (version < mark.newest) this.#forget(mark);
    const present = new Set(objects.map(({ uid }) => uid));
    for (const [uid, { resource, order }] of this.#removed) {
      if (order <= mark.removals && covers(resource) && !present.has(uid)) this.#removed.delete(uid);
    }
    for (const { newest } of [...this.#entries.values()]) {
      const isNewer = newest.version > version;
      if (covers(newest.resource) && !present.has(newest.uid) && !isNewer) this.vanished({ ...newest, version });
    }
    for (const object of objects) this.observed(object);
    this.#saw(version);
    this.#isListed = true;
  }

  #observe(object: StoredObject<Spec, Status>): void {
    const { id, uid, version, resource } = object;
    this.#saw(version);
    if (this.#removed.has(uid)) return;
    if (resource === undefined) {
      this.#vanish(id, uid, version);
      return;
    }
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.told >= version) return;
    const before = entry?.told === entry?.newest.version ? entry?.newest : undefined;
    this.#store({ ...object, resource }, true);
    // A label that somebody put on it changes the version and nothing else.
    if (before?.uid !== uid || !isSame(before.resource, resource)) this.#tell({ id, resource });
  }

  #vanish(id: string, uid: string, version: bigint): void {
    this.#saw(version);
    // Told already, when it was removed.
    if (this.#removed.delete(uid)) return;
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.told >= version) return;
    if (entry.newest.uid === uid) this.#drop(id);
    else entry.told = version;
    this.#tell({ id, resource: undefined });
  }

  #store(object: Entry<Spec, Status>['newest'], isTold: boolean): void {
    const { id, version } = object;
    this.#saw(version);
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#entries.set(id, { newest: object, told: isTold ? version : 0n });
      this.#sortedIds = undefined;
      return;
    }
    if (version > entry.newest.version) entry.newest = object;
    if (isTold && version > entry.told) entry.told = version;
  }

  #drop(id: string): void {
    this.#entries.delete(id);
    this.#sortedIds = undefined;
  }

  /** What was removed before may be there again. */
  #forget({ removals }: Mark): void {
    for (const [uid, { order }] of this.#removed) if (order <= removals) this.#removed.delete(uid);
    for (const entry of this.#entries.values()) {
      entry.newest = { ...entry.newest, version: 0n };
      entry.told = 0n;
    }
    this.#newest = 0n;
  }

  #saw(version: bigint): void {
    if (version > this.#newest) this.#newest = version;
  }

  #unlessHeld(id: string, work: () => void): void {
    const held = this.#held.get(id);
    if (held === undefined) work();
    else held.waiting.push(work);
  }

  #tell(change: Change<Resource<Spec, Status>>): void {
    void this.feed.publish(change);
  }
}

function isSame<Spec, Status>(a: Resource<Spec, Status>, b: Resource<Spec, Status>): boolean {
  return isDeepStrictEqual(a.spec, b.spec) && isDeepStrictEqual(a.status, b.status);
}
