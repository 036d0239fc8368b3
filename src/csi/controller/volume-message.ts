import { VolumeError } from '../../domain/errors.ts';
import { topologyOf } from '../../domain/topology.ts';
import type { Volume } from '../../domain/volume.ts';
import type { Topology } from '../gen/csi/v1/Topology.ts';
import type { Volume as VolumeMessage } from '../gen/csi/v1/Volume.ts';
import { sourceMessage } from './content-source.ts';

/** Notes that orchestrators add to the context they were given. */
const FOREIGN_PREFIXES = ['storage.kubernetes.io/', 'csi.storage.k8s.io/'];

/** How CSI describes a volume. */
export function volumeMessage(volume: Volume, accessibleTopology: Topology[]): VolumeMessage {
  const { source } = volume.spec;
  return {
    volumeId: volume.id,
    capacityBytes: volume.status.size || volume.spec.size,
    volumeContext: volumeContext(volume),
    accessibleTopology,
    // Nobody has asked CSI for a source where a parameter names a template.
    ...(source === undefined || source.kind === 'template' ? {} : { contentSource: sourceMessage(source) }),
  };
}

export function topologies(nodes: readonly string[]): Topology[] {
  return nodes.map(topologyOf);
}

/** Throws InvalidArgument when a context is given and it is another volume's, or that of one deleted since. */
export function checkContext(volume: Volume, given: Readonly<Record<string, string>>): void {
  const own = volumeContext(volume);
  for (const [key, value] of Object.entries(given)) {
    if (FOREIGN_PREFIXES.some((prefix) => key.startsWith(prefix)) || own[key] === value) continue;
    throw new VolumeError('InvalidArgument', `volume_context is not that of volume ${volume.id}: ${key} differs`);
  }
}

function volumeContext({ spec }: Volume): Record<string, string> {
  return { name: spec.name, uuid: spec.uuid };
}
