import { formatSize } from '../../domain/sizes.ts';
import { callErrorOf, hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { stagingPath } from '../staging.ts';
import { untilDone } from '../until-done.ts';
import { capability } from './capability.ts';
import { requireVolume } from './require-volume.ts';

/** `tome volume expand`: also while it is attached; its filesystem grows at once then, else when it is attached. */
export async function expandVolume(context: Context, name: string, bytes: number): Promise<void> {
  const { driver, terminal } = context;
  const volume = await requireVolume(context, name);
  const volumeId = volume.id;
  const use = capability({ block: volume.mode === 'block', readOnly: false });
  const grow = { volumeId, capacityRange: { requiredBytes: bytes }, volumeCapability: use };
  const { capacityBytes } = await untilDone(context, (call) =>
    driver.controller.controllerExpandVolume(grow, call),
  ).catch(hint({ OUT_OF_RANGE: 'see the bounds and what is left: tome pool ls -o wide' }));

  const volumePath = volume.attachedTo.find(({ readOnly }) => !readOnly)?.paths[0];
  let later = '';
  if (volumePath !== undefined) {
    const stagingTargetPath = await stagingPath(context.socket, volumeId);
    const mounted = { volumeId, volumePath, stagingTargetPath, volumeCapability: use };
    await driver.node.nodeExpandVolume(mounted, { signal: terminal.signal }).catch((error: unknown) => {
      if (!growsLater(error)) throw error;
      later = '; its filesystem grows when it is next attached: detach it and attach it again';
    });
  }
  const when = Number(capacityBytes) > Number(volume.sizeBytes) ? 'now' : 'already';
  terminal.print(`volume ${name} has ${formatSize(Number(capacityBytes))} ${when}${later}`);
}

/** The kernel lets this driver grow no mounted ext4; the volume itself has its size, and nothing is wrong with it. */
function growsLater(error: unknown): boolean {
  const failed = callErrorOf(error);
  return failed?.code === 'FAILED_PRECONDITION' && failed.details.includes('CAP_SYS_RESOURCE');
}
