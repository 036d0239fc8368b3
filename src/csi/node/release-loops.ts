import { setTimeout as delay } from 'node:timers/promises';
import { VolumeError } from '../../domain/errors.ts';
import type { Host, LoopDevice } from '../../host/host.ts';
import { mountedElsewhere } from '../../host/mounted-elsewhere.ts';

/** Others that have a device open for a moment, udev above all, delay its release; together about 2 s. */
const PAUSES_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Processes named in one message. */
const NAMED = 5;

/**
 * Unbinds devices that nothing is mounted from; gone already is fine. Throws FailedPrecondition, naming the device, when
 * it is still bound then: somebody has it open, or mounted where this process does not see it.
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
  throw new VolumeError('FailedPrecondition', `${device.path} is ${await holders(device)}, then try again`);
}

async function holders(device: LoopDevice): Promise<string> {
  const processes = await mountedElsewhere(device);
  if (processes.length === 0) return 'held open by another process: end it';
  const named = processes.slice(0, NAMED).map(({ pid, name }) => `pid ${pid} (${name})`);
  const more = processes.length > NAMED ? ` and ${processes.length - NAMED} more` : '';
  return `mounted in the mount namespace of ${named.join(', ')}${more}: end ${processes.length === 1 ? 'it' : 'them'}`;
}

/** The device may hold another volume's image by now. */
async function isBound(host: Host, device: LoopDevice): Promise<boolean> {
  const now = await host.loops.find(device.path);
  return now?.backingDevice === device.backingDevice && now.backingInode === device.backingInode;
}
