import { volumeId } from '../../domain/ids.ts';
import { requireId } from '../server/require.ts';

/** As the kubelet makes it of a pod's uid and the name of a volume in the pod. */
const EPHEMERAL_HANDLE = /^csi-[0-9a-f]{64}$/;

/** Whether the id that the caller gave is of a volume that a pod asks for inline. */
export function isEphemeralHandle(given: string): boolean {
  return EPHEMERAL_HANDLE.test(given);
}

/**
 * The id by which the pool has the volume that a request names: its own, or one made of the handle of an ephemeral
 * volume. Throws InvalidArgument when there is none.
 */
export function requireVolumeId(given: string): string {
  const id = requireId(given, 'volume_id');
  return isEphemeralHandle(id) ? ephemeralId(id) : id;
}

/** No CSI name has a NUL in it, so CreateVolume makes this id of none. */
function ephemeralId(handle: string): string {
  return volumeId(`\0ephemeral/${handle}`);
}
