import type { VolumeRecord } from '../../pool/record.ts';

export type Named = Pick<VolumeRecord, 'id' | 'claim' | 'ephemeral'>;

/** A volume in a message: its id, and what a person knows it by. */
export function called({ id, claim, ephemeral }: Named): string {
  if (claim !== undefined) return `volume ${id} (claim ${claim})`;
  if (ephemeral === undefined) return `volume ${id}`;
  const { podNamespace, podName, handle } = ephemeral;
  return `inline volume ${podName === undefined ? handle : `${id} of pod ${podNamespace ?? ''}/${podName}`}`;
}

/**
 * The uid of the pod that a path is for: a filesystem's target, a part of it that a container has (subPath), a block
 * volume's target, or what the kubelet makes of that. Undefined for paths that are not the kubelet's.
 */
export function podOf(path: string): string | undefined {
  const found =
    /\/pods\/([0-9a-f-]{32,36})\/volume/.exec(path) ??
    /\/volumeDevices\/(?:publish\/[^/]+|[^/]+\/dev)\/([0-9a-f-]{32,36})$/.exec(path);
  return found?.[1];
}

/** Who has a volume, and what ends that: a pod where the path tells it. */
export function holderAt(path: string): string {
  const pod = podOf(path);
  if (pod === undefined) return `is published at ${path}: unpublish it there first`;
  return `is in use by the pod with uid ${pod} (at ${path}): it is free when that pod has ended`;
}
