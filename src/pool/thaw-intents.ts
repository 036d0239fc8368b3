import { imageUsage } from './image-usage.ts';
import { within } from './layout.ts';
import type { Pool } from './pool.ts';

/** Thaws all that the notes of a former run name. Keeps the note of what could not be thawed, for the next start. */
export async function thawIntents(pool: Pick<Pool, 'path' | 'uuid' | 'host' | 'log'>): Promise<void> {
  const { files } = pool.host;
  for (const name of await files.list(within(pool, 'freezing'))) {
    const path = within(pool, 'freezing', name);
    try {
      const ids = (await files.read(path))?.split('\n').filter(Boolean) ?? [];
      await allOf(ids.map((id) => thawVolume(pool, id)));
      await files.remove(path);
      pool.log.warn({ intent: name }, 'thawed what an interrupted snapshot had frozen');
    } catch (error) {
      pool.log.error({ intent: name, err: error }, 'a frozen filesystem could not be thawed');
    }
  }
}

/** By each of its mounts: one may be covered by another mount since. */
async function thawVolume(pool: Pick<Pool, 'path' | 'uuid' | 'host'>, id: string): Promise<void> {
  const { loops, mounts } = await imageUsage(pool, id);
  const writable = new Set(loops.flatMap(({ device }) => (device.readOnly ? [] : [device.number])));
  const shown = mounts.filter(({ kind, device }) => kind === 'filesystem' && writable.has(device.number));
  await allOf(shown.map(({ target }) => pool.host.mounts.thaw(target)));
}

/** Waits for all of it before it throws what one has. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
