import type { GetPluginInfoRequest__Output } from '../gen/csi/v1/GetPluginInfoRequest.ts';
import type { GetPluginInfoResponse } from '../gen/csi/v1/GetPluginInfoResponse.ts';
import type { IdentityDeps } from './deps.ts';

/** CSI 1.13, GetPluginInfo. */
export function getPluginInfo(
  _request: GetPluginInfoRequest__Output,
  { driverName, version }: IdentityDeps,
): Promise<GetPluginInfoResponse> {
  return Promise.resolve({ name: driverName, vendorVersion: version });
}
