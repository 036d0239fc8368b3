/** Request numbers of ioctl(2): the same on x86-64 and arm64 (linux/loop.h, linux/fs.h). */
export const LOOP_CLR_FD = 0x4c01;
export const LOOP_SET_STATUS64 = 0x4c04;
export const LOOP_GET_STATUS64 = 0x4c05;
export const LOOP_SET_CAPACITY = 0x4c07;
export const LOOP_CONFIGURE = 0x4c0a;
export const LOOP_CTL_ADD = 0x4c80;
export const LOOP_CTL_REMOVE = 0x4c81;
export const LOOP_CTL_GET_FREE = 0x4c82;
export const BLKGETSIZE64 = 0x80081272;
export const FICLONE = 0x40049409;
export const FIFREEZE = 0xc0045877;
export const FITHAW = 0xc0045878;
export const FS_IOC_FSGETXATTR = 0x801c581f;
export const FS_IOC_FSSETXATTR = 0x401c5820;
