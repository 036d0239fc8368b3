import { isMultiNodeWriterMode, type AccessMode } from '../../../domain/access.ts';
import { checkBindFlags } from '../../../domain/bind-flags.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { fillHostPath } from '../../../domain/managed-path.ts';
import type { Managed } from '../../../domain/volume.ts';
import type { CreateVolumeRequest__Output } from '../../gen/csi/v1/CreateVolumeRequest.ts';
import { parseCapacityRange } from '../../server/int64.ts';
import { ORCHESTRATOR_PREFIX } from '../../server/parameters.ts';
import { requireCapabilities, requireName, type Capability } from '../../server/require.ts';
import { parseSource } from '../content-source.ts';
import { parseMutableParameters, withMutable, type MutableParameters } from '../mutable-parameters.ts';
import { parsePlacement, type Placement } from '../topology-request.ts';
import { claimOf, ownParameters } from '../volume-parameters.ts';
import { parseManagedParameters, type ManagedParameters } from './managed-parameters.ts';
import { refuseOfManaged } from './refuse-of-managed.ts';

/** A CreateVolume request for a managed volume that is good in itself. */
export interface ManagedWish {
  readonly name: string;
  readonly managed: Managed;
  readonly parameters: ManagedParameters;
  /** As given, without the orchestrator's notes. */
  readonly rawParameters: Readonly<Record<string, string>>;
  readonly mutable: MutableParameters;
  readonly accessModes: readonly AccessMode[];
  /** The PersistentVolumeClaim, `namespace/name`, where the orchestrator tells it. */
  readonly claim: string | undefined;
  readonly placement: Placement;
}

/**
 * Throws InvalidArgument for all that can be seen without looking anything up. The size and the filesystem that a claim
 * always carries (csi-provisioner has a default one) mean nothing here.
 */
export function parseManagedWish(request: CreateVolumeRequest__Output): ManagedWish {
  const name = requireName(request.name);
  const capabilities = requireCapabilities(request.volumeCapabilities);
  const parameters = parseManagedParameters(request.parameters);
  const mutable = parseMutableParameters(request.mutableParameters);
  refuseOfManaged(mutable, parameters.sharing === 'many');
  const { exclusive, tags } = parameters;
  withMutable({ exclusive, tags, provisioning: 'thin' }, mutable);
  for (const capability of capabilities) checkUse(capability, parameters);
  parseCapacityRange(request.capacityRange);
  if (parseSource(request.volumeContentSource) !== undefined) {
    const message = 'a managed volume is the directory as it is: leave out the source, or leave out type: managed';
    throw new VolumeError('InvalidArgument', message);
  }
  return {
    name,
    managed: managedOf(parameters, request),
    parameters,
    rawParameters: ownParameters(request.parameters),
    mutable,
    accessModes: [...new Set(capabilities.map(({ mode }) => mode))],
    claim: claimOf(request.parameters),
    placement: parsePlacement(request.accessibilityRequirements),
  };
}

/** Throws InvalidArgument when a managed volume cannot be used as the capability says. */
export function checkUse(
  { access, mode, mountFlags }: Capability,
  { sharing }: { readonly sharing?: 'one' | 'many' | undefined },
): void {
  if (access === 'block')
    throw new VolumeError('InvalidArgument', 'a managed volume is a directory, and no block device');
  if (isMultiNodeWriterMode(mode) && sharing !== 'many') {
    const message = `${mode} needs a directory that several may write to: say sharing: many in the StorageClass`;
    throw new VolumeError('InvalidArgument', message);
  }
  checkBindFlags(mountFlags);
}

function managedOf(parameters: ManagedParameters, { name, parameters: given }: CreateVolumeRequest__Output): Managed {
  const { hostPath: pattern, uid, gid, containerUid, containerGid } = parameters;
  const hostPath = fillHostPath(pattern, {
    'pvc.namespace': given[`${ORCHESTRATOR_PREFIX}pvc/namespace`],
    'pvc.name': given[`${ORCHESTRATOR_PREFIX}pvc/name`],
    'volume.name': name,
  });
  return { hostPath, uid, gid, containerUid, containerGid };
}
