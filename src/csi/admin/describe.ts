import { isSettled, type Failure, type Progress } from '../../domain/resource.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { SnapshotGroup } from '../../domain/snapshot-group.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Volume } from '../../domain/volume.ts';

/** One word, and a sentence where there is more to say. */
export interface State {
  readonly state: string;
  readonly message: string;
}

/** What the spec asks for and the status tells, as one word for people. `problem`: what looking at the image showed. */
export function volumeState(volume: Volume, problem?: string): State {
  const { spec, status } = volume;
  const lacking = stateWhileNotReady(volume);
  if (lacking !== undefined) return lacking;

  const broken = problem ?? status.health.find((entry) => entry.status !== 'DEGRADED')?.message;
  if (broken !== undefined) return { state: 'Broken', message: broken };
  // A change that was refused was told to who asked for it, and left the volume as it was.
  if (!isSettled(volume) && spec.size > status.size) {
    return { state: 'Expanding', message: `to ${formatSize(spec.size)}` };
  }
  if (spec.populating === true) {
    return {
      state: 'Populating',
      message: `from ${spec.parameters['populatedFrom'] ?? 'its source'}, not to be used before`,
    };
  }
  const degraded = status.health[0];
  return degraded === undefined ? { state: 'Ready', message: '' } : { state: 'Degraded', message: degraded.message };
}

/** As `volumeState`. A snapshot never changes once it is there. */
export function snapshotState(snapshot: Snapshot): State {
  return stateWhileNotReady(snapshot) ?? { state: 'Ready', message: '' };
}

/** As `snapshotState`, for snapshots cut together. */
export function groupState(group: SnapshotGroup): State {
  return stateWhileNotReady(group) ?? { state: 'Ready', message: '' };
}

/** The filesystem, `block`, or `directory` for a managed volume. */
export function modeOf(spec: {
  readonly managed?: object | undefined;
  readonly volumeMode: 'Filesystem' | 'Block';
  readonly fsType?: string | undefined;
}): string {
  if (spec.managed !== undefined) return 'directory';
  return spec.volumeMode === 'Block' ? 'block' : (spec.fsType ?? '');
}

function stateWhileNotReady(resource: {
  readonly spec: { readonly desired: string; readonly revision: number };
  readonly status: {
    readonly ready: boolean;
    readonly observedRevision: number;
    readonly failure?: Failure | undefined;
    readonly progress?: Progress | undefined;
  };
}): State | undefined {
  const { spec, status } = resource;
  const failure = isSettled(resource) ? status.failure : undefined;
  if (spec.desired === 'Absent') return { state: 'Deleting', message: failure?.message ?? '' };
  if (status.ready) return undefined;
  if (failure !== undefined) return { state: 'Failed', message: failure.message };
  const { progress } = status;
  if (progress === undefined) return { state: 'Creating', message: '' };
  return {
    state: 'Copying',
    message: `copied ${formatSize(progress.copiedBytes)} of ${formatSize(progress.totalBytes)}`,
  };
}
