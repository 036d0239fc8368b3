import type { IoLimits } from '../domain/io-limits.ts';
import type { LoopDevice } from '../host/host.ts';

/** `7:3`, as the kernel names a device: st_rdev taken apart (new_encode_dev). */
export function deviceName({ deviceNumber }: Pick<LoopDevice, 'deviceNumber'>): string {
  const major = Math.floor(deviceNumber / 0x100) & 0xfff;
  const minor = (deviceNumber & 0xff) + Math.floor(deviceNumber / 0x100000) * 0x100;
  return `${major}:${minor}`;
}

/** The line of a device in io.max (cgroup v2), just as the kernel writes it. */
export function ioMaxLine(device: string, limits: IoLimits): string {
  const { readBandwidth = 'max', writeBandwidth = 'max', readIops = 'max', writeIops = 'max' } = limits;
  return `${device} rbps=${readBandwidth} wbps=${writeBandwidth} riops=${readIops} wiops=${writeIops}`;
}

/** What takes the line of a device out of io.max again. */
export function noIoMaxLine(device: string): string {
  return ioMaxLine(device, {});
}

/** The lines in the text of io.max, by the names of their devices. */
export function linesOf(ioMax: string): ReadonlyMap<string, string> {
  const lines = ioMax.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line]));
}
