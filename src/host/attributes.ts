import { getxattr, setxattr } from './libc.ts';
import { callLater, checked } from './system-call.ts';

/** Where a filesystem has no such attributes, or not for this user. */
const NONE = new Set(['EOPNOTSUPP', 'ENOTSUP', 'EPERM', 'EACCES', 'ENODATA']);

/** setxattr(2), without a value: an extended attribute that is there or not. Does nothing where there can be none. */
export async function setAttribute(path: string, name: string): Promise<void> {
  const set = await callLater(setxattr, path, name, Buffer.alloc(1), 0, 0);
  if (!NONE.has(set.code)) checked(set, () => `set attribute ${name} of ${path}`);
}

/** getxattr(2). */
export async function hasAttribute(path: string, name: string): Promise<boolean> {
  const got = await callLater(getxattr, path, name, null, 0);
  if (got.result === -1 && NONE.has(got.code)) return false;
  return checked(got, () => `look for attribute ${name} of ${path}`) >= 0;
}
