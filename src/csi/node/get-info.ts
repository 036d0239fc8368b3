import { topologyOf } from '../../domain/topology.ts';
import type { NodeGetInfoRequest__Output } from '../gen/csi/v1/NodeGetInfoRequest.ts';
import type { NodeGetInfoResponse } from '../gen/csi/v1/NodeGetInfoResponse.ts';
import type { NodeDeps } from './deps.ts';

/** CSI 1.13, NodeGetInfo. */
export function nodeGetInfo(
  _request: NodeGetInfoRequest__Output,
  { nodeName, maxVolumesPerNode }: NodeDeps,
): Promise<NodeGetInfoResponse> {
  return Promise.resolve({ nodeId: nodeName, maxVolumesPerNode, accessibleTopology: topologyOf(nodeName) });
}
