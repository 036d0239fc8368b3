import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../../domain/errors.ts';
import type { Host, LoopDevice } from '../../host/host.ts';

/** Others that have a device open for a moment, udev above all, delay its release; together about 2 s. */
const PAUSES_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * Unbinds devices that nothing is mounted from; gone already is fine. Throws FailedPrecondition, naming the device, when
 * it is still bound then: somebody has it open.
 */
export async function releaseLoops(host: Host, devices: readonly LoopDevice[]): Promise<void> {
  for (const device of devices) {
    if (device.autoclear) await untilReleased(host, device);
    else await host.loops.detach(device.path);
  }
}

/** The kernel unbinds such a device by itself at its last close, which may be a moment after the unmount. */
async function untilReleased(host: Host, device: LoopDevice): Promise<void> {
  for (const pause of PAUSES_MS) {
    if (!(await isBound(host, device))) return;
    await delay(pause);
  }
  if (!(await isBound(host, device))) return;
  const message = `${device.path} is held open by another process: end it, then try again`;
  throw new VolumeError('FailedPrecondition', message);
}

/** The device may hold another volume's image by now. */
async function isBound(host: Host, device: LoopDevice): Promise<boolean> {
  const now = await host.loops.find(device.path);
  return now?.backingDevice === device.backingDevice && now.backingInode === device.backingInode;
}
