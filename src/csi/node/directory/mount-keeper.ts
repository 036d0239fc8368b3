import { join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import { isWell, mountAgain, needsSecrets, type DirectoryFilesystem } from '../../../pool/directory-mount.ts';
import { isDirectoryVolume } from '../../../pool/directory-volume.ts';
import type { NodeDeps } from '../deps.ts';
import { keepServed, servedInPods } from '../keep-served.ts';
import { changingUsage, withVolumeLock } from '../volume-lock.ts';
import type { RetainedSecrets } from './retained-secrets.ts';

/** Milliseconds between two looks. */
const INTERVAL_MS = 5_000;

type KeeperDeps = NodeDeps & { readonly retained: RetainedSecrets };

/**
 * Mounts again what is shown on this node and whose program has ended. An image that a pod serves: at once. A directory: at
 * once where no secret is needed, where this process has staged the volume and has its secrets in memory, or where what
 * mounts it has kept them; else it waits for the next NodeStageVolume.
 */
export class MountKeeper {
  readonly #deps: KeeperDeps;
  /** Why a volume could not be mounted again, so that the same is said once. */
  readonly #troubles = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.look());
    }, INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Never throws: what cannot be mounted is told in the log and in the volume's health, and tried again. */
  async look(): Promise<void> {
    const { directories, log } = this.#deps;
    try {
      await this.#tidy();
      for (const id of (await directories.shown.all()).keys()) await this.#keep(id, () => this.#mountAgain(id));
      for (const id of await servedInPods(this.#deps)) await this.#keep(id, () => keepServed(this.#deps, id));
    } catch (error) {
      log.error({ err: error }, 'what is mounted here cannot be read');
    }
  }

  /** Mount points of before the machine was restarted: one that is left alone would look as if it had lost its mount. */
  async #tidy(): Promise<void> {
    const { pools, host, directories } = this.#deps;
    for (const directory of new Set(pools.all().map(({ mountsDirectory }) => mountsDirectory))) {
      for (const id of await host.files.list(directory)) {
        const path = join(directory, id);
        const isLeft = async () =>
          (await host.mounts.find(path)) === undefined && (await directories.shown.of(id)).length === 0;
        if (!(await isLeft())) continue;
        await withVolumeLock(this.#deps, id, undefined, async () => {
          if (await isLeft()) await host.files.remove(path);
        });
      }
    }
  }

  async #keep(id: string, mountAgain: () => Promise<void>): Promise<void> {
    try {
      await mountAgain();
      this.#troubles.delete(id);
    } catch (error) {
      const message = messageOf(error);
      if (this.#troubles.get(id) === message) return;
      this.#troubles.set(id, message);
      this.#deps.log.error({ volumeId: id, err: error }, 'a dead filesystem cannot be mounted again, trying on');
    }
  }

  async #mountAgain(id: string): Promise<void> {
    const { directories, retained, log } = this.#deps;
    if ((await this.#unwell(id)) === undefined) return;
    this.#deps.onHealthChanged?.(id);
    await changingUsage(this.#deps, id, undefined, async () => {
      // Unstaged meanwhile, made anew, or mounted again by a call: a record of before would have it formatted once more.
      const found = await this.#unwell(id);
      if (found === undefined || (await directories.shown.of(id)).length === 0) return;
      const secrets = retained.of(id) ?? (needsSecrets(found) ? undefined : {});
      if (secrets === undefined && !(await mountAgain(found))) return;
      const asked = { access: 'writers', mountFlags: [], secrets: secrets ?? {} } as const;
      const source = directories.filesystemVolume(found)?.source(asked);
      await source?.open(() => Promise.resolve());
      log.warn({ volumeId: id }, 'the filesystem of the volume was dead, and is mounted again');
    });
    this.#deps.onHealthChanged?.(id);
  }

  /** The volume, when it is of a registered filesystem, and not mounted or not well. */
  async #unwell(id: string): Promise<DirectoryFilesystem | undefined> {
    const found = await this.#deps.pools.find(id);
    if (found === undefined || !isDirectoryVolume(found.record)) return undefined;
    const volume = { pool: found.pool, record: found.record };
    return (await isWell(volume)) ? undefined : volume;
  }
}
