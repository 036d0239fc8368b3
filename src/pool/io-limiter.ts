import type { Logger } from 'pino';
import { messageOf, VolumeError } from '../domain/errors.ts';
import type { Host, LoopDevice } from '../host/host.ts';
import { allOf } from './all-of.ts';
import { IoLimitNotes } from './io-limit-notes.ts';
import { enableIoMax, whyNoIoLimits, type Cgroups } from './io-max-cgroups.ts';
import { deviceName, ioMaxLine } from './io-max.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { LimitedDevices } from './limited-devices.ts';
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
  readonly #notes: IoLimitNotes;
  readonly #log: Logger;
  readonly #devices: LimitedDevices;
  /** One after another: what is read of devices and notes still holds when it is acted upon. */
  readonly #turns = new KeyedQueue();
  #problem = '';
  #timer: NodeJS.Timeout | undefined;

  /** `directory` is for its notes. */
  constructor(options: { host: Host; cgroupRoot: string; directory: string; log: Logger }) {
    const { host, cgroupRoot, directory, log } = options;
    this.#cgroups = { host, root: cgroupRoot };
    this.#notes = new IoLimitNotes(host, directory, log);
    this.#devices = new LimitedDevices(this.#cgroups, this.#notes);
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

  /** Whether a device that is free may still have somebody's limits: only one that is new has none then. */
  get mayHaveLeft(): boolean {
    return this.#devices.hasLeft || !this.#notes.isLoaded;
  }

  /** Throws FailedPrecondition when this machine cannot keep a volume to limits, saying what is missing. */
  async require(volume: Pick<VolumeRecord, 'id'>): Promise<void> {
    await refusing(volume, () => enableIoMax(this.#cgroups));
  }

  /**
   * Has the device limited as the volume says, when it returns; or not at all, also when somebody else's limit was left on
   * it. The device must be the volume's now, and its lock be held; `isNew`: nobody had it before. Throws FailedPrecondition
   * when it cannot be limited, HostError.
   */
  async attached(pool: LimitedPool, volume: LimitedVolume, device: LoopDevice, isNew = false): Promise<void> {
    const name = deviceName(device);
    const { ioLimits } = volume;
    if (ioLimits === undefined && !this.#notes.has(name)) return;
    await this.#turn(async () => {
      // What the kernel has of a device goes with it.
      if (isNew) await this.#devices.forget(name);
      await this.#fit(pool, volume, name);
    });
  }

  /** Before devices are let go of. Never throws: what could not be taken away is tried again. */
  async lift(devices: readonly LoopDevice[]): Promise<void> {
    const noted = devices.map(deviceName).filter((name) => this.#notes.has(name));
    if (noted.length > 0) await this.#attempt(() => allOf(noted, (name) => this.#devices.clear(name)));
  }

  /**
   * For a pool that has just been opened: its devices have the limits that its volumes say, whatever a former run has left or
   * has not come to. `find` reads the record of a volume. Never throws.
   */
  async reconcile(pool: LimitedPool, find: (id: string) => Promise<LimitedVolume | undefined>): Promise<void> {
    await this.#attempt(async () => {
      const devices = await this.#cgroups.host.loops.list();
      await allOf(devices, async (device) => {
        const id = volumeInLabel(device.label, pool);
        if (id === undefined) return;
        await this.#fit(pool, (await find(id)) ?? { id }, deviceName(device));
      });
    });
  }

  async #look(): Promise<void> {
    if (this.#notes.isLoaded && this.#notes.all().length === 0) return;
    await this.#attempt(() => this.#devices.look());
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
      await this.#notes.load();
      return await work();
    });
  }

  async #fit({ uuid }: LimitedPool, volume: LimitedVolume, device: string): Promise<void> {
    const { id, ioLimits } = volume;
    if (ioLimits === undefined) return this.#devices.clear(device);
    const limit = { device, volumeId: id, pool: uuid, line: ioMaxLine(device, ioLimits) };
    await refusing(volume, () => this.#devices.limit(limit));
  }
}

async function refusing({ id }: Pick<VolumeRecord, 'id'>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = `the limits on the I/O of volume ${id} cannot be kept to on this node: ${messageOf(error)}`;
    throw new VolumeError('FailedPrecondition', message, { cause: error });
  }
}
