import type { ControllerGetCapabilitiesResponse } from '../gen/csi/v1/ControllerGetCapabilitiesResponse.ts';

const CAPABILITIES = [
  'CREATE_DELETE_VOLUME',
  'PUBLISH_UNPUBLISH_VOLUME',
  'PUBLISH_READONLY',
  'LIST_VOLUMES',
  'LIST_VOLUMES_PUBLISHED_NODES',
  'GET_CAPACITY',
  'CREATE_DELETE_SNAPSHOT',
  'LIST_SNAPSHOTS',
  'GET_SNAPSHOT',
  'CLONE_VOLUME',
  'EXPAND_VOLUME',
  'GET_VOLUME',
  'GET_VOLUME_HEALTH',
  'LIST_VOLUME_HEALTH',
  'SINGLE_NODE_MULTI_WRITER',
  'MODIFY_VOLUME',
] as const;

/** CSI 1.13, ControllerGetCapabilities. */
export function controllerGetCapabilities(): Promise<ControllerGetCapabilitiesResponse> {
  return Promise.resolve({ capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })) });
}
