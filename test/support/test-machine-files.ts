import path from 'node:path';

const cache = path.join(import.meta.dirname, '../../.cache/test-machine');

/** The kernel of the virtual machine that tests run in, and what it starts with. */
export const machineKernel = path.join(cache, 'vmlinuz');
export const machineInitramfs = path.join(cache, 'initramfs.cpio');
