import { VolumeError } from './errors.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: KiB,
  Mi: MiB,
  Gi: GiB,
  Ti: TiB,
  Pi: 1024 * TiB,
};

/** Bytes of a Kubernetes quantity such as `10Gi`, `1.5G` or `1073741824`. Throws InvalidArgument. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kMGTP]?|[KMGTP]i)B?$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  const bytes = Math.ceil(Number(match?.[1]) * (unit ?? NaN));
  if (!Number.isSafeInteger(bytes)) {
    throw new VolumeError(
      'InvalidArgument',
      `"${text}" is not a size: write a number and a unit, such as 10Gi or 500M`,
    );
  }
  return bytes;
}

/** A size for people: `10Gi`, `1.5Gi`, `512Ki`. */
export function formatSize(bytes: number): string {
  for (const unit of ['Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const) {
    const factor = UNITS[unit] ?? 1;
    if (bytes >= factor) return `${String(Math.round((bytes / factor) * 10) / 10)}${unit}`;
  }
  return `${String(bytes)}B`;
}

/** Bytes: images are made of whole blocks of this size. */
export const BLOCK_SIZE = 4 * KiB;

export function roundUpToBlock(bytes: number): number {
  return Math.ceil(bytes / BLOCK_SIZE) * BLOCK_SIZE;
}

export function roundDownToBlock(bytes: number): number {
  return Math.floor(bytes / BLOCK_SIZE) * BLOCK_SIZE;
}
