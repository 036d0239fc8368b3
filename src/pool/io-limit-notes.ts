import { join } from 'node:path';
import * as z from 'zod';
import type { Host } from '../host/host.ts';

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

/** That a loop device has limits, by which volume. On disk before they are set, so that whoever starts next finds them. */
export type IoLimitNote = Omit<z.infer<typeof noteSchema>, 'format' | 'bootId'>;

/** The notes of this driver, in a directory of their own. */
export interface IoLimitNotes {
  /** Those of this start of the machine; the others are removed. Throws HostError. */
  load(): Promise<readonly IoLimitNote[]>;
  put(note: IoLimitNote): Promise<void>;
  remove(note: IoLimitNote): Promise<void>;
}

export function ioLimitNotes({ files }: Host, directory: string): IoLimitNotes {
  const fileOf = ({ device }: Pick<IoLimitNote, 'device'>) => join(directory, `${device.replace(':', '-')}.json`);
  const bootId = async () => ((await files.read('/proc/sys/kernel/random/boot_id')) ?? '').trim();
  return {
    async load() {
      const names = (await files.list(directory)).filter((name) => name.endsWith('.json'));
      if (names.length === 0) return [];
      const now = await bootId();
      const notes: IoLimitNote[] = [];
      for (const name of names) {
        const text = await files.read(join(directory, name));
        const { bootId: then, device, volumeId, pool, lines } = noteSchema.parse(JSON.parse(text ?? 'null'));
        if (then === now) notes.push({ device, volumeId, pool, lines });
        else await files.remove(join(directory, name));
      }
      return notes;
    },
    async put(note) {
      await files.makeDirectory(directory, 0o700);
      const text = JSON.stringify({ format: 1, bootId: await bootId(), ...note }, null, 2);
      await files.replace(fileOf(note), `${text}\n`);
    },
    remove: (note) => files.remove(fileOf(note)),
  };
}
