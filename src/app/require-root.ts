import { VolumeError } from '../domain/errors.ts';

/** Throws FailedPrecondition for anybody else. */
export function requireRoot(): void {
  if (process.geteuid?.() === 0) return;
  throw new VolumeError('FailedPrecondition', 'the driver needs root: it attaches loop devices and mounts them');
}
