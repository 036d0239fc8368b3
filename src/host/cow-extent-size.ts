import { constants } from 'node:fs';
import { openFile } from './descriptor.ts';
import { FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR } from './ioctl.ts';
import { ioctl } from './libc.ts';
import { callLater, checked } from './system-call.ts';

const STRUCT_FSXATTR = 28;
const XFLAGS = 0;
const COWEXTSIZE = 16;
const FS_XFLAG_COWEXTSIZE = 0x10000;

/**
 * Tells XFS to break sharing in pieces of `bytes` (ioctl_xfs_fsgetxattr(2)), so that a copy that is written at random
 * does not fall into 4 KiB extents. A multiple of the filesystem's block size. Does nothing on other filesystems.
 */
export async function setCowExtentSize(path: string, bytes: number): Promise<void> {
  const doing = () => `set the copy-on-write extent size of ${path} to ${bytes} bytes`;
  using file = await openFile(path, constants.O_RDONLY, doing);
  const attributes = Buffer.alloc(STRUCT_FSXATTR);
  const got = await callLater(ioctl, file.fd, FS_IOC_FSGETXATTR, attributes);
  if (isUnsupported(got.code)) return;
  checked(got, doing);

  attributes.writeUInt32LE((attributes.readUInt32LE(XFLAGS) | FS_XFLAG_COWEXTSIZE) >>> 0, XFLAGS);
  attributes.writeUInt32LE(bytes, COWEXTSIZE);
  const set = await callLater(ioctl, file.fd, FS_IOC_FSSETXATTR, attributes);
  if (!isUnsupported(set.code)) checked(set, doing);
}

function isUnsupported(code: string): boolean {
  return code === 'ENOTTY' || code === 'EOPNOTSUPP';
}
