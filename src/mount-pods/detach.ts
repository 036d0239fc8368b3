import type { Host } from '../host/host.ts';

/** Takes away, without asking whoever serves them, all mounts at this path. */
export async function detach({ mounts }: Pick<Host, 'mounts'>, target: string): Promise<void> {
  while ((await mounts.find(target)) !== undefined) await mounts.unmount(target, { lazy: true });
}
