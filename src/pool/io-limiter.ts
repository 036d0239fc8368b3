import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { messageOf, VolumeError } from '../domain/errors.ts';
import type { Host, LoopDevice } from '../host/host.ts';
import { ioLimitNotes, type IoLimitNote, type IoLimitNotes } from './io-limit-notes.ts';
import { clearLines, enableIoMax, keepLine, whyNoIoLimits, type Cgroups } from './io-max-cgroups.ts';
import { deviceName, ioMaxLine } from './io-max.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { volumeInLabel } from './loop-label.ts';
import type { VolumeRecord } from './record.ts';

/** Milliseconds within which a control group that is new has the limits too. */
const PASS_MS = 10_000;

interface LimitedPool {
  readonly uuid: string;
}
type LimitedVolume = Pick<VolumeRecord, 'id' | 'ioLimits'>;

/**
 * Limits on the I/O of volumes: each has a loop device of its own, so what stands for that in io.max of all control groups
 * below the root holds for the volume, whoever uses it. An entry outlives what the device is bound to, so it is noted on
 * disk first, and taken away before the device is let go of; what a crash has left, the next start takes away. A volume
 * without limits costs a look into a map.
 */
export class IoLimiter {
  readonly #cgroups: Cgroups;
  readonly #stored: IoLimitNotes;
  readonly #log: Logger;
  /** By the names of devices. */
  readonly #notes = new Map<string, IoLimitNote>();
  /** One after another: what is read of devices and notes still holds when it is acted upon. */
  readonly #turns = new KeyedQueue();
  #isLoaded = false;
  #problem = '';
  #timer: NodeJS.Timeout | undefined;

  /** `directory` is for its notes. */
  constructor(options: { host: Host; cgroupRoot: string; directory: string; log: Logger }) {
    const { host, cgroupRoot, directory, log } = options;
    this.#cgroups = { host, root: cgroupRoot };
    this.#stored = ioLimitNotes(host, directory);
    this.#log = log;
  }

  /** Takes away what is left of devices that volumes no longer have, and goes on looking after the rest. Never throws. */
  async begin(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), PASS_MS).unref();
  }

  /** Waits for what is under way. Limits stay, as mounts do. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turns.idle();
  }

  /** What this machine lacks, as far as can be seen without a change; undefined when nothing. */
  missing(): Promise<string | undefined> {
    return whyNoIoLimits(this.#cgroups);
  }

  /** Throws FailedPrecondition when this machine cannot keep a volume to limits, saying what is missing. */
  async require({ id }: Pick<VolumeRecord, 'id'>): Promise<void> {
    const refuse = (why: string, cause?: unknown) => {
      const message = `the limits on the I/O of volume ${id} cannot be kept to on this node: ${why}`;
      return new VolumeError('FailedPrecondition', message, { cause });
    };
    const missing = await this.missing();
    if (missing !== undefined) throw refuse(missing);
    try {
      await enableIoMax(this.#cgroups);
    } catch (error) {
      throw refuse(messageOf(error), error);
    }
  }

  /**
   * Has the device limited as the volume says, when it returns; or not at all, also when somebody else's limit was left on
   * it. The device must be the volume's now, and its lock be held. Throws FailedPrecondition, HostError.
   */
  async attached(pool: LimitedPool, volume: LimitedVolume, device: LoopDevice): Promise<void> {
    const name = deviceName(device);
    if (volume.ioLimits === undefined && !this.#notes.has(name)) return;
    const { ioLimits } = volume;
    if (ioLimits !== undefined) await this.require(volume);
    await this.#turn(async () => {
      if (ioLimits === undefined) await this.#clear(name);
      else await this.#keep(await this.#note(pool, volume.id, name, ioMaxLine(name, ioLimits)));
    });
  }

  /** Notes that the device will have these limits in place of those it has, for a record that is not written yet. */
  async intend(pool: LimitedPool, { id, ioLimits }: LimitedVolume, device: LoopDevice): Promise<void> {
    if (ioLimits === undefined) return;
    const name = deviceName(device);
    await this.#turn(() => this.#note(pool, id, name, ioMaxLine(name, ioLimits)));
  }

  /** Before devices are let go of. Never throws: what could not be taken away is tried again. */
  async lift(devices: readonly LoopDevice[]): Promise<void> {
    for (const name of devices.map(deviceName)) {
      if (this.#notes.has(name)) await this.#attempt(() => this.#clear(name));
    }
  }

  /**
   * For a pool that has just been opened: a former run may have ended between a record and its limits. `find` reads the record
   * of a volume. Never throws.
   */
  async reconcile(pool: LimitedPool, find: (id: string) => Promise<LimitedVolume | undefined>): Promise<void> {
    const isItsOwn = (note: IoLimitNote) => note.pool === pool.uuid;
    await this.#attempt(async () => {
      const devices = await this.#devices();
      for (const note of [...this.#notes.values()].filter(isItsOwn)) {
        const ioLimits = isHolding(note, devices) ? (await find(note.volumeId))?.ioLimits : undefined;
        if (ioLimits === undefined) await this.#clear(note.device);
        else await this.#keep(await this.#note(pool, note.volumeId, note.device, ioMaxLine(note.device, ioLimits)));
      }
    });
  }

  async #look(): Promise<void> {
    if (this.#isLoaded && this.#notes.size === 0) return;
    await this.#attempt(async () => {
      const devices = await this.#devices();
      for (const note of [...this.#notes.values()]) {
        if (isHolding(note, devices)) await this.#keep(note);
        else await this.#clear(note.device);
      }
    });
  }

  /** Says the same thing once. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await this.#turn(work);
      this.#problem = '';
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.#problem)
        this.#log.error({ err: error }, 'limits on I/O are not as they are to be, trying again');
      this.#problem = problem;
    }
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run('', undefined, async () => {
      if (!this.#isLoaded) for (const note of await this.#stored.load()) this.#notes.set(note.device, note);
      this.#isLoaded = true;
      return await work();
    });
  }

  async #devices(): Promise<readonly LoopDevice[]> {
    return this.#notes.size === 0 ? [] : await this.#cgroups.host.loops.list();
  }

  /** The note with this line as the last; before it, on the same device, what may stand there until then. */
  async #note({ uuid }: LimitedPool, volumeId: string, device: string, line: string): Promise<IoLimitNote> {
    const lines = this.#notes.get(device)?.lines.filter((other) => other !== line) ?? [];
    return await this.#put({ device, volumeId, pool: uuid, lines: [...lines, line] });
  }

  async #put(note: IoLimitNote): Promise<IoLimitNote> {
    if (!isDeepStrictEqual(this.#notes.get(note.device), note)) await this.#stored.put(note);
    this.#notes.set(note.device, note);
    return note;
  }

  async #keep(note: IoLimitNote): Promise<void> {
    const line = note.lines.at(-1) ?? '';
    await keepLine(this.#cgroups, note.device, line);
    await this.#put({ ...note, lines: [line] });
  }

  async #clear(device: string): Promise<void> {
    const note = this.#notes.get(device);
    if (note === undefined) return;
    await clearLines(this.#cgroups, device, note.lines);
    await this.#stored.remove(note);
    this.#notes.delete(device);
  }
}

/** Whether the device is still bound to the volume that it was limited for. */
function isHolding(note: IoLimitNote, devices: readonly LoopDevice[]): boolean {
  const device = devices.find((candidate) => deviceName(candidate) === note.device);
  return device !== undefined && volumeInLabel(device.label, { uuid: note.pool }) === note.volumeId;
}
