import { constants } from 'node:fs';
import { descriptor, tryOpen } from './descriptor.ts';
import { fcntl } from './libc.ts';
import { callNow, checked } from './system-call.ts';

const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_WRLCK = 1;
const SIGURG = 23;

/**
 * Whether anything has the file open, loop devices included; false when there is no such file. The kernel gives a write
 * lease only on a file that nobody else has open (fcntl(2), F_SETLEASE), so one question answers for all processes, mount
 * namespaces and devices. The lease is given back at once; who opens the file meanwhile waits that long, and the signal
 * that tells of it is one that nobody minds. True as well where the filesystem has no leases: then look closer.
 */
export async function isOpen(path: string): Promise<boolean> {
  const opened = await tryOpen(path, constants.O_RDONLY);
  if (opened.code === 'ENOENT') return false;
  using file = descriptor(checked(opened, () => `look at ${path}`));
  checked(callNow(fcntl, file.fd, F_SETSIG, SIGURG), () => `lease ${path}`);
  return callNow(fcntl, file.fd, F_SETLEASE, F_WRLCK).result === -1;
}
