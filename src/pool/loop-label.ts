import type { Access } from '../domain/access.ts';

const LABEL = /^tome:([a-z0-9-]+):(reader|writers|single-writer):([0-9a-f]{6})$/;

interface Which {
  readonly uuid: string;
}

/**
 * What a loop device is for, at most 63 bytes: the kernel keeps it (lo_file_name) when the driver is gone. The start of
 * the pool's uuid tells it from a volume of the same name in another driver's pool.
 */
export function loopLabel(pool: Which, id: string, access: Access): string {
  return `tome:${id}:${access}:${beginning(pool)}`;
}

/** The access for which a device was attached; undefined unless it was for this volume of this pool. */
export function accessInLabel(label: string, pool: Which, id: string): Access | undefined {
  const [, labelled, access, pooled] = LABEL.exec(label) ?? [];
  if (labelled !== id || pooled !== beginning(pool)) return undefined;
  return access === 'reader' || access === 'writers' || access === 'single-writer' ? access : undefined;
}

/** The volume of this pool that a device was attached for; undefined for any other device. */
export function volumeInLabel(label: string, pool: Which): string | undefined {
  const [, labelled, , pooled] = LABEL.exec(label) ?? [];
  return pooled === beginning(pool) ? labelled : undefined;
}

/** Whether a device was attached for a volume, of whichever pool of whichever driver. */
export function isLabel(label: string): boolean {
  return LABEL.test(label);
}

/** Whether a device was attached for a volume of this pool. */
export function isLabelOfPool(label: string, pool: Which): boolean {
  return LABEL.exec(label)?.[3] === beginning(pool);
}

/** Whether a device was attached for this volume, of whichever pool. */
export function isLabelOf(label: string, id: string): boolean {
  return LABEL.exec(label)?.[1] === id;
}

function beginning({ uuid }: Which): string {
  return uuid.slice(0, 6);
}
