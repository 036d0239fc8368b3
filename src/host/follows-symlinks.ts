import { constants } from 'node:fs';
import { openFile } from './descriptor.ts';
import { listMounts, mountIdOf } from './mountinfo.ts';

/** Whether symlinks beneath a directory lead somewhere: not where it is mounted with `nosymfollow` (mount(8)). Throws HostError. */
export async function followsSymlinks(directory: string): Promise<boolean> {
  using opened = await openFile(directory, constants.O_RDONLY | constants.O_DIRECTORY, () => `open ${directory}`);
  const id = mountIdOf(opened);
  const mount = (await listMounts()).find((candidate) => candidate.id === id);
  return mount?.options.includes('nosymfollow') !== true;
}
