import type { GroupControllerGetCapabilitiesResponse } from '../gen/csi/v1/GroupControllerGetCapabilitiesResponse.ts';

/** CSI 1.13, GroupControllerGetCapabilities. */
export function groupControllerGetCapabilities(): Promise<GroupControllerGetCapabilitiesResponse> {
  return Promise.resolve({ capabilities: [{ rpc: { type: 'CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT' } }] });
}
