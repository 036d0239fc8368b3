import { formatSize } from '../../domain/sizes.ts';
import { hint } from '../call-error.ts';
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
  if (volumePath !== undefined) {
    const stagingTargetPath = await stagingPath(context.socket, volumeId);
    await driver.node.nodeExpandVolume(
      { volumeId, volumePath, stagingTargetPath, volumeCapability: use },
      { signal: terminal.signal },
    );
  }
  const had = Number(volume.sizeBytes);
  const has = formatSize(Number(capacityBytes));
  terminal.print(Number(capacityBytes) > had ? `volume ${name} has ${has} now` : `volume ${name} has ${has} already`);
}
