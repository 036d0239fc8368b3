import type { Access } from '../domain/access.ts';

const LABEL = /^tome:([a-z0-9-]+):(reader|writers|single-writer)$/;

/** What a loop device is for, at most 63 bytes: the kernel keeps it (lo_file_name) when the driver is gone. */
export function loopLabel(id: string, access: Access): string {
  return `tome:${id}:${access}`;
}

/** Undefined for a device that somebody else has attached. */
export function parseLoopLabel(label: string): { id: string; access: Access } | undefined {
  const [, id, access] = LABEL.exec(label) ?? [];
  if (id === undefined) return undefined;
  if (access !== 'reader' && access !== 'writers' && access !== 'single-writer') return undefined;
  return { id, access };
}
