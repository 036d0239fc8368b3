import { VolumeError } from '../../domain/errors.ts';
import type { CapacityRange__Output } from '../gen/csi/v1/CapacityRange.ts';

/**
 * The number in an int64 field, which arrives as text. Throws InvalidArgument for a negative one, and OutOfRange for
 * one above 2^53, which is more bytes than any disk has.
 */
export function parseInt64(field: string, text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < 0)
    throw new VolumeError('InvalidArgument', `${field} must be 0 or more, not ${text}`);
  if (!Number.isSafeInteger(value)) throw new VolumeError('OutOfRange', `${field} is too large: ${text}`);
  return value;
}

export interface SizeRange {
  /** Bytes; 0 when there is no lower bound. */
  readonly required: number;
  /** Bytes; Infinity when there is no upper bound. */
  readonly limit: number;
}

/** The bounds in a capacity range. Throws as `parseInt64`, and OutOfRange when no size can satisfy both. */
export function parseCapacityRange(range: CapacityRange__Output | null): SizeRange {
  const required = parseInt64('capacity_range.required_bytes', range?.requiredBytes ?? '0');
  const limit = parseInt64('capacity_range.limit_bytes', range?.limitBytes ?? '0') || Infinity;
  if (required > limit) {
    throw new VolumeError('OutOfRange', `capacity_range requires ${required} bytes, above its limit of ${limit}`);
  }
  return { required, limit };
}
