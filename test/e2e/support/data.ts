import { run, type Container } from './exec.ts';

/** A file in the volume at /data, or the device itself. */
export type Place = 'file' | 'device';

const MEBIBYTE = 'bs=65536 count=16';

/** Writes a random mebibyte, brings it to the disk, and answers its checksum. */
export async function writeData(container: Container, place: Place = 'file'): Promise<string> {
  const path = pathOf(place);
  await run(container, `dd if=/dev/urandom of=${path} ${MEBIBYTE} conv=fsync`);
  return checksum(container, place);
}

export async function checksum(container: Container, place: Place = 'file'): Promise<string> {
  const sum = await run(container, `dd if=${pathOf(place)} ${MEBIBYTE} | sha256sum`);
  return sum.split(' ')[0] ?? '';
}

/** Bytes that the filesystem at /data has, with what its own metadata takes. */
export async function filesystemSize(container: Container): Promise<number> {
  return Number(await run(container, "stat -f -c '%S %b' /data | { read -r size blocks; echo $((size * blocks)); }"));
}

/** Bytes of the device. */
export async function deviceSize(container: Container): Promise<number> {
  return Number(await run(container, 'blockdev --getsize64 /dev/data'));
}

function pathOf(place: Place): string {
  return place === 'file' ? '/data/file' : '/dev/data';
}
