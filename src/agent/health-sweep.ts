import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import type { EventRecorder } from '../domain/event.ts';
import { isNamedByHand } from '../domain/ids.ts';
import { aboutVolume } from '../domain/volume-name.ts';
import type { HealthEntry, Volume } from '../domain/volume.ts';
import { answer } from './answer.ts';
import type { Place } from './place.ts';
import type { Reconciler } from './reconciler.ts';

const PAGE = 100;

export interface Sweep {
  readonly catalog: Catalog;
  readonly events: EventRecorder;
  readonly signal: AbortSignal;
  /** Of volumes: asked to try again what could not be done. */
  readonly reconciler: Pick<Reconciler<never, never>, 'retryDeletion' | 'retryCreation' | 'isOurs'>;
  /** No other node uses the catalog. */
  readonly ownsCatalog: boolean;
}

interface SnapshotSweep {
  readonly snapshots: Pick<Reconciler<never, never>, 'retryDeletion' | 'isOurs'>;
}

/** Looks at every ready volume of a pool, writes down where its health has changed, and tells those who own it. */
export async function sweepHealth(place: Place, poolId: string, sweep: Sweep): Promise<void> {
  const { catalog, signal, reconciler } = sweep;
  // Of what several nodes share, one of them tells how it is.
  if (!reconciler.isOurs(poolId)) return;
  let after = '';
  while (!signal.aborted) {
    const page = await catalog.volumes.list({ pool: poolId, after, limit: PAGE });
    for (const volume of page) {
      if (volume.spec.desired === 'Present' && volume.status.ready) await look(place, volume, sweep);
      else if (volume.status.failure !== undefined) await tryAgain(volume, sweep);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

/** Looks at once at one volume about which something was seen. */
export async function lookAtHealth(
  places: ReadonlyMap<string, Place>,
  id: string,
  { catalog, events, reconciler }: Pick<Sweep, 'catalog' | 'events' | 'reconciler'>,
): Promise<void> {
  const place = [...places.values()].find((one) => one.has(id));
  const volume = await catalog.volumes.find(id);
  if (place === undefined || volume === undefined || !reconciler.isOurs(volume.spec.pool)) return;
  if (volume.spec.desired === 'Present' && volume.status.ready) await look(place, volume, { catalog, events });
}

/**
 * Alone with its catalog, a deletion that nobody took back is not to succeed later by surprise. A creation that failed is
 * taken away by the controller that asked for it; where a person has asked, it stays, and is done once it can be.
 */
async function tryAgain({ id, spec }: Volume, { reconciler, ownsCatalog }: Sweep): Promise<void> {
  if (spec.desired === 'Present') {
    if (isNamedByHand(id)) await reconciler.retryCreation(id);
  } else if (!ownsCatalog) await reconciler.retryDeletion(id);
}

/** What could not be deleted of snapshots, a locked one say, is tried again, unless this is alone with its catalog. */
export async function sweepSnapshots(
  poolId: string,
  { catalog, signal, ownsCatalog, snapshots }: Omit<Sweep, 'events' | 'reconciler'> & SnapshotSweep,
): Promise<void> {
  if (ownsCatalog || !snapshots.isOurs(poolId)) return;
  for (const { id, spec, status } of await catalog.snapshots.list({ pool: poolId })) {
    if (signal.aborted) return;
    if (spec.desired === 'Absent' && status.failure !== undefined) await snapshots.retryDeletion(id);
  }
}

async function look(
  place: Place,
  volume: Volume,
  { catalog, events }: Pick<Sweep, 'catalog' | 'events'>,
): Promise<void> {
  const { id, spec, status } = volume;
  const health = await place.health({ id, uuid: spec.uuid });
  if (isDeepStrictEqual(health, status.health)) return;
  await answer(catalog.volumes, volume, (now) => (now.status.ready ? { ...now.status, health } : undefined));
  tell(volume, health, events);
}

function tell(volume: Volume, health: readonly HealthEntry[], events: EventRecorder): void {
  const { status } = volume;
  const about = aboutVolume(volume);
  for (const { reason, message } of health) {
    if (status.health.some((known) => known.reason === reason)) continue;
    events.record({ about, type: 'Warning', reason, message });
  }
  if (health.length > 0 || status.health.length === 0) return;
  events.record({ about, type: 'Normal', reason: 'VolumeHealthy', message: 'what was wrong with the volume is over' });
}
