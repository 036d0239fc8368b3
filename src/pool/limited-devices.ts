import { isDeepStrictEqual } from 'node:util';
import type { LoopDevice } from '../host/host.ts';
import { allOf } from './all-of.ts';
import type { IoLimitNote, IoLimitNotes } from './io-limit-notes.ts';
import { clearLines, enableIoMax, keepLines, requireCgroups, type Cgroups } from './io-max-cgroups.ts';
import { deviceName } from './io-max.ts';
import { isLabel, volumeInLabel } from './loop-label.ts';

/** What a device is to be limited to, for which volume of which pool (its uuid). */
export interface Limit {
  /** `7:3`. */
  readonly device: string;
  readonly volumeId: string;
  readonly pool: string;
  /** Of io.max. */
  readonly line: string;
}

/**
 * The devices that this driver limits. Each is noted before its line stands in io.max, and until it is gone from there. One
 * caller at a time, once the notes are loaded. What is thrown is a HostError, or FailedPrecondition where the machine lacks
 * what it takes.
 */
export class LimitedDevices {
  readonly #cgroups: Cgroups;
  readonly #notes: IoLimitNotes;
  /** Those that volumes no longer have, and whose limits could not be taken away. */
  readonly #left = new Set<string>();

  constructor(cgroups: Cgroups, notes: IoLimitNotes) {
    this.#cgroups = cgroups;
    this.#notes = notes;
  }

  /** Whether there are devices that somebody may get with the limits of another. */
  get hasLeft(): boolean {
    return this.#left.size > 0;
  }

  /** The line is noted as the last; before it, what may stand there until then. */
  async limit({ line, ...what }: Limit): Promise<void> {
    const present = this.#notes.get(what.device);
    const lines = present?.lines.filter((other) => other !== line) ?? [];
    const note = { ...what, lines: [...lines, line] };
    if (!isDeepStrictEqual(present, note)) await this.#notes.put(note);
    await this.#keep([note]);
  }

  /** Nothing for a device without a note. */
  async clear(device: string): Promise<void> {
    const note = this.#notes.get(device);
    if (note === undefined) return;
    try {
      await requireCgroups(this.#cgroups);
      await clearLines(this.#cgroups, device, note.lines);
    } catch (error) {
      this.#left.add(device);
      throw error;
    }
    await this.forget(device);
  }

  /** For a device that nobody had before: what the kernel knew of one of this name went with that. */
  async forget(device: string): Promise<void> {
    await this.#notes.remove(device);
    this.#left.delete(device);
  }

  /** Has all of them as they are to be, and those that volumes no longer have without limits. */
  async look(): Promise<void> {
    const notes = this.#notes.all();
    if (notes.length === 0) return;
    const devices = new Map((await this.#cgroups.host.loops.list()).map((device) => [deviceName(device), device]));
    const isHeld = (note: IoLimitNote): boolean => isHolding(note, devices.get(note.device));
    // Of one that could not be read its pool knows more.
    const kept = notes.filter((note) => isHeld(note) && note.lines.length > 0);
    const gone = notes
      .filter((note) => !isHeld(note))
      .map(
        ({ device }) =>
          () =>
            this.clear(device),
      );
    await allOf([...gone, () => this.#keep(kept)], (step) => step());
  }

  async #keep(notes: readonly IoLimitNote[]): Promise<void> {
    if (notes.length === 0) return;
    await enableIoMax(this.#cgroups);
    await keepLines(this.#cgroups, new Map(notes.map(({ device, lines }) => [device, lines.at(-1) ?? ''])));
    for (const note of notes) {
      if (note.lines.length > 1) await this.#notes.put({ ...note, lines: note.lines.slice(-1) });
    }
  }
}

/** Whether the device is still bound to the volume that it was limited for; of a note that says none, to any volume. */
function isHolding(note: IoLimitNote, device: LoopDevice | undefined): boolean {
  if (device === undefined) return false;
  if (note.lines.length === 0) return isLabel(device.label);
  return volumeInLabel(device.label, { uuid: note.pool }) === note.volumeId;
}
