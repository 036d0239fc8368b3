import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { isHostError } from '../host/host-error.ts';
import type { Host } from '../host/host.ts';
import { COW_EXTENT_SIZE } from './cow-extent-size.ts';
import { within } from './layout.ts';
import type { Ledger } from './ledger.ts';

const KEPT = 32;

interface Deps {
  readonly path: string;
  readonly host: Host;
  readonly log: Logger;
  readonly ledger: Ledger;
}

/**
 * Freshly formatted, empty images. One is made for each filesystem, size and set of options, and volumes start as
 * reflinks of it: a mkfs takes tens of milliseconds, a reflink a tenth of one.
 */
export class Blanks {
  readonly #deps: Deps;
  /** Bytes that each takes, the one used longest ago first. */
  readonly #sizes = new Map<string, number>();
  readonly #making = new Map<string, Promise<void>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Finds those of former runs. */
  async load(): Promise<void> {
    const { files } = this.#deps.host;
    for (const key of await files.list(within(this.#deps, 'blanks'))) {
      this.#sizes.set(key, (await files.stat(within(this.#deps, 'blanks', key)))?.allocated ?? 0);
    }
    this.#count();
  }

  /** Makes `image`, a new file that carries an empty filesystem. Its identity is that of the blank. */
  async copyTo(image: string, filesystem: Filesystem, size: number, options: readonly string[]): Promise<void> {
    const key = blankKey(filesystem, size, options);
    if (!this.#sizes.has(key)) await this.#makeOnce(key, filesystem, size, options);
    this.#touch(key);
    const blank = within(this.#deps, 'blanks', key);
    try {
      await this.#deps.host.images.reflink(blank, image);
    } catch (error) {
      if (!isHostError(error, 'ENOENT')) throw error;
      // Dropped to make room meanwhile, or by hand.
      this.#sizes.delete(key);
      await this.#makeOnce(key, filesystem, size, options);
      await this.#deps.host.images.reflink(blank, image);
    }
    // A blank takes no room that was promised to a volume.
    if (this.#deps.ledger.isOverdrawn) await this.dropAll();
  }

  /** Gives up all of them, for their room. */
  async dropAll(): Promise<void> {
    await this.#drop([...this.#sizes.keys()]);
  }

  #makeOnce(key: string, filesystem: Filesystem, size: number, options: readonly string[]): Promise<void> {
    const making =
      this.#making.get(key) ??
      this.#make(key, filesystem, size, options).finally(() => {
        this.#making.delete(key);
      });
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, filesystem: Filesystem, size: number, options: readonly string[]): Promise<void> {
    const { files, images } = this.#deps.host;
    const directory = within(this.#deps, 'staging', `blank.${randomUUID()}`);
    const image = join(directory, 'image');
    try {
      await files.makeDirectory(directory, 0o700);
      await formatImage(this.#deps.host, { image, filesystem, size, options });
      await images.sync(image);
      await files.move(image, within(this.#deps, 'blanks', key));
    } finally {
      await files.removeTree(directory);
    }
    this.#sizes.set(key, (await files.stat(within(this.#deps, 'blanks', key)))?.allocated ?? 0);
    this.#count();
    const surplus = [...this.#sizes.keys()].slice(0, Math.max(0, this.#sizes.size - KEPT));
    this.#drop(surplus).catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'old blanks could not be removed');
    });
  }

  async #drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#sizes.delete(key);
      await this.#deps.host.files.remove(within(this.#deps, 'blanks', key));
    }
    this.#count();
  }

  #touch(key: string): void {
    const size = this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    this.#sizes.set(key, size);
  }

  #count(): void {
    this.#deps.ledger.setBlankBytes([...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0));
  }
}

/** Makes `image`, a new file of `size` bytes, and formats it. Copies of it inherit the copy-on-write extent size. */
export async function formatImage(
  host: Host,
  blank: { image: string; filesystem: Filesystem; size: number; options: readonly string[] },
): Promise<void> {
  await host.images.create(blank.image, blank.size);
  await host.images.setCowExtentSize(blank.image, COW_EXTENT_SIZE);
  await blank.filesystem.format(blank.image, blank.options);
}

function blankKey(filesystem: Filesystem, size: number, options: readonly string[]): string {
  const recipe = JSON.stringify(options) + filesystem.recipe;
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return `${filesystem.name}-${size}-${hash}`;
}
