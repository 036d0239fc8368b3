import { messageOf, VolumeError } from '../../domain/errors.ts';
import type { ProbeRequest__Output } from '../gen/csi/v1/ProbeRequest.ts';
import type { ProbeResponse } from '../gen/csi/v1/ProbeResponse.ts';
import type { IdentityDeps } from './deps.ts';

/** CSI 1.13, Probe: ready, or FAILED_PRECONDITION with what is wrong. */
export async function probe(_request: ProbeRequest__Output, { check }: IdentityDeps): Promise<ProbeResponse> {
  try {
    await check();
  } catch (error) {
    throw new VolumeError('FailedPrecondition', `the driver is not ready: ${messageOf(error)}`, { cause: error });
  }
  return { ready: { value: true } };
}
