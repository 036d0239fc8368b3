import type { NodeGetCapabilitiesRequest__Output } from '../gen/csi/v1/NodeGetCapabilitiesRequest.ts';
import type { NodeGetCapabilitiesResponse } from '../gen/csi/v1/NodeGetCapabilitiesResponse.ts';

/** VOLUME_MOUNT_GROUP is left out on purpose: with it the kubelet would no longer apply fsGroup itself. */
const CAPABILITIES = [
  'STAGE_UNSTAGE_VOLUME',
  'GET_VOLUME_STATS',
  'EXPAND_VOLUME',
  'SINGLE_NODE_MULTI_WRITER',
  'GET_VOLUME_HEALTH',
  'GET_STORAGE_HEALTH',
] as const;

/** CSI 1.13, NodeGetCapabilities. */
export function nodeGetCapabilities(
  _request: NodeGetCapabilitiesRequest__Output,
): Promise<NodeGetCapabilitiesResponse> {
  return Promise.resolve({ capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })) });
}
