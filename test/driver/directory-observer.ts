import { readFile } from 'node:fs/promises';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { overlaps } from '../../src/domain/managed-path.ts';

interface Staged {
  readonly node: string;
  readonly id: string;
  /** Of the filesystem, and within it. */
  readonly device: string;
  readonly root: string;
}

/**
 * Looks for what must never be: in one list of all volumes, which is of one moment, two that are ready and overlap; in one
 * reading of mountinfo, directories that overlap staged for two volumes, or one that is not shared on two nodes.
 */
export class DirectoryObserver {
  readonly faults = new Set<string>();
  /** The most that were seen at once. */
  readonly most = { ready: 0, staged: 0 };
  readonly #catalog: Catalog;
  readonly #pool: string;

  constructor(catalog: Catalog, pool: string) {
    this.#catalog = catalog;
    this.#pool = pool;
  }

  async look(): Promise<void> {
    await this.#lookAtReady();
    await this.#lookAtStaged();
  }

  async #lookAtReady(): Promise<void> {
    const all = await this.#catalog.volumes.list({ pool: this.#pool, isExact: true });
    const ready = all.flatMap(({ id, spec, status }) =>
      status.ready && spec.managed !== undefined ? [{ id, path: spec.managed.hostPath }] : [],
    );
    this.most.ready = Math.max(this.most.ready, ready.length);
    for (const [first, second] of pairsOf(ready)) {
      if (overlaps(first.path, second.path))
        this.faults.add(`ready: ${first.id} ${first.path}, ${second.id} ${second.path}`);
    }
  }

  async #lookAtStaged(): Promise<void> {
    const staged = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').flatMap(stagedOf);
    this.most.staged = Math.max(this.most.staged, staged.length);
    for (const [first, second] of pairsOf(staged)) {
      if (first.device !== second.device || !overlaps(first.root, second.root)) continue;
      const isShared = first.id === second.id && first.id.startsWith(SHARED);
      if (!isShared)
        this.faults.add(`staged: ${first.id} on ${first.node}, ${second.id} on ${second.node}: ${second.root}`);
    }
  }
}

/** What the staging directories begin with of volumes that may be staged on several nodes. */
export const SHARED = 'many-';

/** `<node>/kubelet/stage/<id>`, as `stagingPlaceOf` names it. */
function stagedOf(line: string): Staged[] {
  const [, , device = '', root = '', target = ''] = line.split(' ');
  const [, node, id] = /\/([^/]+)\/kubelet\/stage\/([^/]+)(\/|$)/.exec(target) ?? [];
  return node === undefined || id === undefined ? [] : [{ node, id, device, root }];
}

function* pairsOf<T>(all: readonly T[]): Generator<readonly [T, T]> {
  for (const [index, first] of all.entries()) for (const second of all.slice(index + 1)) yield [first, second];
}
