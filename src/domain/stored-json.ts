import * as z from 'zod';
import { messageOf, VolumeError } from './errors.ts';

/** What is to be in such a file, just as it will be read back: without what is undefined, or no field of it. Throws ZodError. */
export function newStored<T>(schema: z.ZodType<T>, fields: object): T {
  return schema.parse(JSON.parse(JSON.stringify(fields)));
}

/** As the file holds it. */
export function storedText(stored: object): string {
  return `${JSON.stringify(stored, null, 2)}\n`;
}

const formatSchema = z.object({ format: z.number().optional() }).catch({});

/**
 * What one of the driver's own JSON files says. Throws FailedPrecondition for one that a newer version wrote, DataLoss for
 * one that makes no sense; `path` is for the message.
 */
export function parseStored<T>(text: string, schema: z.ZodType<T>, path: string): T {
  const json = parseJson(text, path);
  const { format } = formatSchema.parse(json);
  if (format !== undefined && format > 1) {
    const message = `${path} has format ${format}, from a newer version of this driver: start that one`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) throw notUnderstood(path, z.prettifyError(error));
  return data;
}

/** For a file that is there and does not say what it should. */
export function notUnderstood(path: string, why: string): VolumeError {
  return new VolumeError('DataLoss', `${path} cannot be understood, it is kept with what is beside it: ${why}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notUnderstood(path, messageOf(error));
  }
}
