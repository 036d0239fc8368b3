import { VolumeError } from './errors.ts';

/** As a spec and a record have it: with `true` nothing deletes what it is set for. */
export interface Lockable {
  readonly deleteLock?: boolean | undefined;
}

/** Throws FailedPrecondition for what has a delete lock. `what` names it: "volume vol-...", say. */
export function refuseLocked(what: string, kind: 'volume' | 'snapshot' | 'template', { deleteLock }: Lockable): void {
  if (deleteLock !== true) return;
  const cluster = kind === 'volume' ? 'volumes' : 'snapshots';
  const step = `tome ${kind} unlock, or in a cluster: kubectl patch ${cluster}.tome.storage ID --type merge -p '{"spec":{"deleteLock":false}}'`;
  throw new VolumeError('FailedPrecondition', `${what} has a delete lock: take that off first (${step})`);
}
