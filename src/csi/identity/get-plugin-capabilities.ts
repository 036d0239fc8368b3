import type { GetPluginCapabilitiesRequest__Output } from '../gen/csi/v1/GetPluginCapabilitiesRequest.ts';
import type { GetPluginCapabilitiesResponse } from '../gen/csi/v1/GetPluginCapabilitiesResponse.ts';

const SERVICES = [
  'CONTROLLER_SERVICE',
  'GROUP_CONTROLLER_SERVICE',
  'VOLUME_ACCESSIBILITY_CONSTRAINTS',
  'SNAPSHOT_ACCESSIBILITY_CONSTRAINTS',
] as const;

/** CSI 1.13, GetPluginCapabilities. Growth is online: a volume in use may grow, and one not in use may too. */
export function getPluginCapabilities(
  _request: GetPluginCapabilitiesRequest__Output,
): Promise<GetPluginCapabilitiesResponse> {
  const services = SERVICES.map((type) => ({ service: { type } }));
  return Promise.resolve({ capabilities: [...services, { volumeExpansion: { type: 'ONLINE' } }] });
}
