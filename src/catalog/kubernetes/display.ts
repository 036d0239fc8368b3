import { hasImages, type PoolSpec, type PoolStatus } from '../../domain/pool.ts';
import type { QuotaSpec, QuotaStatus } from '../../domain/quota.ts';
import type { Failure, Progress } from '../../domain/resource.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { SnapshotGroupSpec, SnapshotGroupStatus } from '../../domain/snapshot-group.ts';
import type { SnapshotSpec, SnapshotStatus } from '../../domain/snapshot.ts';
import type { VolumeSpec, VolumeStatus } from '../../domain/volume.ts';

/** What `kubectl get` shows; written beside each status, never read. */
export type Display = Readonly<Record<string, string | number>>;

/** A managed volume has none, and its place no room to count. */
const NO_SIZE = '-';

export const states = ['Pending', 'Copying', 'Ready', 'Degraded', 'Failed', 'Deleting'] as const;
export type State = (typeof states)[number];

export function volumeDisplay(spec: VolumeSpec, status: VolumeStatus): Display {
  const state = stateOf(spec, status);
  return {
    state: state === 'Ready' && status.health.length > 0 ? 'Degraded' : state,
    node: spec.home ?? nodeOfPool(spec.pool),
    attachedTo: attachedTo(spec, status),
    sizeText: spec.managed === undefined ? formatSize(status.size > 0 ? status.size : spec.size) : NO_SIZE,
  };
}

export function snapshotDisplay(spec: SnapshotSpec, status: SnapshotStatus): Display {
  return { state: stateOf(spec, status), node: nodeOfPool(spec.pool), sizeText: formatSize(status.size) };
}

export function groupDisplay(spec: SnapshotGroupSpec, status: SnapshotGroupStatus): Display {
  return { state: stateOf(spec, status), node: nodeOfPool(spec.pool), memberCount: spec.members.length };
}

export function poolDisplay(spec: PoolSpec, { capacity, promised, used, available }: PoolStatus): Display {
  const text = (bytes: number): string => (hasImages({ spec }) ? formatSize(bytes) : NO_SIZE);
  return {
    capacityText: text(capacity),
    promisedText: text(promised),
    usedText: text(used),
    availableText: text(available),
  };
}

/** What is used, and the limit where there is one: `3/10`. */
export function quotaDisplay({ limits }: QuotaSpec, { used }: QuotaStatus): Display {
  const shown = (amount: number, limit: number | undefined, text: (amount: number) => string): string =>
    limit === undefined ? text(amount) : `${text(amount)}/${text(limit)}`;
  return {
    volumesText: shown(used.volumes, limits.volumes, String),
    sizeText: shown(used.bytes, limits.bytes, formatSize),
    snapshotsText: shown(used.snapshots, limits.snapshots, String),
  };
}

interface Request {
  readonly desired: 'Present' | 'Absent';
}

interface Answer {
  readonly ready: boolean;
  readonly failure?: Failure | undefined;
  readonly progress?: Progress | undefined;
}

function stateOf({ desired }: Request, { ready, failure, progress }: Answer): State {
  if (desired === 'Absent') return 'Deleting';
  if (ready) return 'Ready';
  if (failure !== undefined) return 'Failed';
  return progress === undefined ? 'Pending' : 'Copying';
}

/** A pool's id is its node's name, a dot and its own name, which has no dots. */
function nodeOfPool(pool: string): string {
  const dot = pool.lastIndexOf('.');
  return dot === -1 ? '' : pool.slice(0, dot);
}

/** What is mounted, where the agent has told; else what was granted. */
function attachedTo({ attachments }: VolumeSpec, { mounts }: VolumeStatus): string {
  const places = mounts.length > 0 ? mounts : attachments;
  return places.map(({ nodeName, readOnly }) => (readOnly ? `${nodeName} (read-only)` : nodeName)).join(', ');
}
