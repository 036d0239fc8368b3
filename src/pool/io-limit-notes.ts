import { join } from 'node:path';
import type { Logger } from 'pino';
import * as z from 'zod';
import { HostError } from '../host/host-error.ts';
import type { Host, HostFiles } from '../host/host.ts';

const noteSchema = z.object({
  format: z.literal(1),
  /** A start of the machine: with it all control groups, and so all limits, are new. */
  bootId: z.string(),
  /** `7:3`. */
  device: z.string(),
  volumeId: z.string(),
  /** The uuid of its pool. */
  pool: z.string(),
  /** What may stand in io.max for the device by this driver's doing; the last one is what is to stand there. */
  lines: z.array(z.string()).min(1),
});

/**
 * That a loop device has limits, by which volume. On disk before they are set, so that whoever starts next finds them. Without
 * lines and a volume it is one that could not be read: its file's name tells the device, and that is all.
 */
export type IoLimitNote = Omit<z.infer<typeof noteSchema>, 'format' | 'bootId'>;

const FILE = /^(\d+)-(\d+)\.json$/;

/** The notes of this driver, in a directory of their own. */
export class IoLimitNotes {
  readonly #files: HostFiles;
  readonly #directory: string;
  readonly #log: Logger;
  /** By the names of devices. */
  readonly #notes = new Map<string, IoLimitNote>();
  #isLoaded = false;

  constructor({ files }: Host, directory: string, log: Logger) {
    this.#files = files;
    this.#directory = directory;
    this.#log = log;
  }

  /** Before it is, none is known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Reads those of this start of the machine, and removes the others. Once is enough. Throws HostError. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    const names = (await this.#files.list(this.#directory)).filter((name) => FILE.test(name));
    const now = names.length === 0 ? '' : await this.#bootId();
    for (const name of names) {
      const note = await this.#read(name, now);
      if (note === undefined) await this.#files.remove(join(this.#directory, name));
      else this.#notes.set(note.device, note);
    }
    this.#isLoaded = true;
  }

  has(device: string): boolean {
    return this.#notes.has(device);
  }

  get(device: string): IoLimitNote | undefined {
    return this.#notes.get(device);
  }

  /** As they are now. */
  all(): readonly IoLimitNote[] {
    return [...this.#notes.values()];
  }

  async put(note: IoLimitNote): Promise<void> {
    await this.#files.makeDirectory(this.#directory, 0o700);
    const text = JSON.stringify({ format: 1, bootId: await this.#bootId(), ...note }, null, 2);
    await this.#files.replace(this.#fileOf(note.device), `${text}\n`);
    this.#notes.set(note.device, note);
  }

  /** Gone already is fine. */
  async remove(device: string): Promise<void> {
    if (!this.#notes.has(device)) return;
    await this.#files.remove(this.#fileOf(device));
    this.#notes.delete(device);
  }

  /** Undefined for one of another start of the machine. */
  async #read(name: string, now: string): Promise<IoLimitNote | undefined> {
    const file = join(this.#directory, name);
    try {
      const text = await this.#files.read(file);
      const { bootId: then, device, volumeId, pool, lines } = noteSchema.parse(JSON.parse(text ?? 'null'));
      return then === now ? { device, volumeId, pool, lines } : undefined;
    } catch (error) {
      if (error instanceof HostError) throw error;
      const what =
        'a note about limits on I/O cannot be read, or is of another version: the device has what its volume says';
      this.#log.error({ file, err: error }, what);
      const [, major = '', minor = ''] = FILE.exec(name) ?? [];
      return { device: `${major}:${minor}`, volumeId: '', pool: '', lines: [] };
    }
  }

  async #bootId(): Promise<string> {
    return ((await this.#files.read('/proc/sys/kernel/random/boot_id')) ?? '').trim();
  }

  #fileOf(device: string): string {
    return join(this.#directory, `${device.replace(':', '-')}.json`);
  }
}
