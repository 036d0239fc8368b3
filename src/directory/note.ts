import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';

const noteSchema = z.object({
  /** Resolved: as mountinfo has it. */
  target: z.string(),
  role: z.enum(['staging', 'target']),
  /** The staging that a target was published from; of a staging itself, the same as `target`. */
  staging: z.string(),
  access: z.enum(['reader', 'writers', 'single-writer']),
  readOnly: z.boolean(),
  /** Of the mount, as mountinfo has them. */
  deviceNumber: z.int(),
  root: z.string(),
  inode: z.int(),
});
/** That a volume is to be shown at a place: written before the mount is made. */
export type Note = z.infer<typeof noteSchema>;

const notesSchema = z.object({ format: z.literal(1), volume: z.string(), notes: z.array(noteSchema) });

export function notesText(volume: string, notes: readonly Note[]): string {
  return `${JSON.stringify({ format: 1, volume, notes }, null, 2)}\n`;
}

/** Throws DataLoss for a file that cannot be understood: who shows the volume is then for a person to find. */
export function parseNotes(text: string, file: string): readonly Note[] {
  try {
    return notesSchema.parse(JSON.parse(text)).notes;
  } catch (error) {
    const advice = 'it says where the volume is mounted: unmount it everywhere on this node, then remove the file';
    throw new VolumeError('DataLoss', `${file} cannot be understood, ${advice}`, { cause: error });
  }
}
