import { VolumeError } from '../../domain/errors.ts';
import { called, type Named } from './words.ts';

/** Throws OutOfRange when the volume has not by ControllerExpandVolume the size, in bytes, that NodeExpandVolume asks for. */
export function requireSize(volume: Named & { readonly size: number }, required: number, limit: number): void {
  const { size } = volume;
  if (size >= required && size <= limit) return;
  const range = size < required ? `less than the ${required} required` : `above the limit of ${limit}`;
  const message = `${called(volume)} has ${size} bytes, ${range}: expand it by ControllerExpandVolume first`;
  throw new VolumeError('OutOfRange', message);
}
