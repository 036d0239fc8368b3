import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import type { EventRecorder } from '../domain/event.ts';
import { aboutVolume } from '../domain/volume-name.ts';
import type { HealthEntry, Volume } from '../domain/volume.ts';
import { answer } from './answer.ts';
import type { Place } from './place.ts';

const PAGE = 100;

export interface Sweep {
  readonly catalog: Catalog;
  readonly events: EventRecorder;
  readonly signal: AbortSignal;
  /** Told of each volume whose deletion was refused and is still asked for. */
  readonly onRefused: (id: string) => Promise<void>;
}

/** Looks at every ready volume of a pool, writes down where its health has changed, and tells those who own it. */
export async function sweepHealth(place: Place, poolId: string, sweep: Sweep): Promise<void> {
  const { catalog, signal, onRefused } = sweep;
  let after = '';
  while (!signal.aborted) {
    const page = await catalog.volumes.list({ pool: poolId, after, limit: PAGE });
    for (const volume of page) {
      if (volume.spec.desired === 'Absent') {
        if (volume.status.failure !== undefined) await onRefused(volume.id);
      } else if (volume.status.ready) await look(place, volume, sweep);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

async function look(place: Place, volume: Volume, { catalog, events }: Sweep): Promise<void> {
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
