import { finishGroups } from './group-commit.ts';
import { within } from './layout.ts';
import type { Pool } from './pool.ts';

/**
 * Ends what a former run left unfinished, but for what it had frozen: completes the groups that were decided, throws the rest
 * of the staging folder away. Volumes and snapshots are never touched.
 */
export async function recoverPool(pool: Pick<Pool, 'path' | 'uuid' | 'host' | 'log' | 'trash'>): Promise<void> {
  const unfinished = await finishGroups(pool);
  await unmountStaged(pool);
  for (const name of await pool.host.files.list(within(pool, 'staging'))) {
    if (unfinished.has(name.split('.', 1)[0] ?? '')) continue;
    pool.log.info({ name }, 'removing what an interrupted operation left');
    await pool.trash.discard(within(pool, 'staging', name), name);
  }
  await pool.trash.resume();
}

/** Work that mounts a volume for a moment mounts it in the staging folder. The newest mount comes off first. */
async function unmountStaged({ host, path, log }: Pick<Pool, 'path' | 'host' | 'log'>): Promise<void> {
  const folder = `${within({ path }, 'staging')}/`;
  for (const { target } of (await host.mounts.list()).toReversed()) {
    if (!target.startsWith(folder)) continue;
    log.info({ target }, 'unmounting what an interrupted operation left');
    await host.mounts.unmount(target);
  }
}
