import { closeSync, mkdirSync, openSync, rmdirSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { FICLONE, LOOP_CONFIGURE, LOOP_CTL_GET_FREE } from '../../src/host/ioctl.ts';
import { ioctl, ioctlNumber, mount, umount2 } from '../../src/host/libc.ts';
import { loopConfig } from '../../src/host/loop-info.ts';

const GiB = 1024 ** 3;
const MS_BIND = 4096;

export interface Floor {
  run(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a volume's life costs at the least: reflink of a formatted image, loop device, mount, bind mount and the way
 * back, in bare system calls from this process, nothing synced, nothing checked, nothing recorded.
 */
export async function floorCycle(poolPath: string, directory: string): Promise<Floor> {
  const blank = join(poolPath, 'floor-blank');
  const image = join(poolPath, 'floor-image');
  const staging = join(directory, 'floor-staging');
  const target = join(directory, 'floor-target');
  writeFileSync(blank, '');
  truncateSync(blank, GiB);
  await execa('mkfs.ext4', ['-q', '-F', '-m', '0', '-E', 'nodiscard,assume_storage_prezeroed=1', blank]);
  mkdirSync(staging);
  const control = openSync('/dev/loop-control', 'r+');

  const run = () => {
    reflink(blank, image);
    const { device, descriptor } = attach(control, image);
    mkdirSync(target);
    must(mount(device, staging, 'ext4', 0, 'discard'), 'mount');
    closeSync(descriptor);
    must(mount(staging, target, null, MS_BIND, null), 'bind mount');
    must(umount2(target, 0), 'umount of the target');
    rmdirSync(target);
    must(umount2(staging, 0), 'umount');
    unlinkSync(image);
    return Promise.resolve();
  };
  const close = () => {
    closeSync(control);
    unlinkSync(blank);
    rmdirSync(staging);
    return Promise.resolve();
  };
  return { run, close };
}

function reflink(from: string, to: string): void {
  const source = openSync(from, 'r');
  const copy = openSync(to, 'wx');
  must(ioctlNumber(copy, FICLONE, source), 'FICLONE');
  closeSync(copy);
  closeSync(source);
}

function attach(control: number, image: string): { device: string; descriptor: number } {
  const number = ioctl(control, LOOP_CTL_GET_FREE, null);
  must(number, 'LOOP_CTL_GET_FREE');
  const device = `/dev/loop${number}`;
  const descriptor = openSync(device, 'r+');
  const file = openSync(image, 'r+');
  const options = { file: image, readOnly: false, autoclear: true, directIo: true, label: 'floor' };
  must(ioctl(descriptor, LOOP_CONFIGURE, loopConfig(file, options)), 'LOOP_CONFIGURE');
  closeSync(file);
  return { device, descriptor };
}

function must(result: number, call: string): void {
  if (result === -1) throw new Error(`${call} failed`);
}
