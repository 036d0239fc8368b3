import { mkdir } from 'node:fs/promises';
import { attachImage } from '../../src/pool/attach-image.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { host } from './open-test-pool.ts';

/** Mounts a volume as a node does. The loop device goes when it is unmounted. */
export async function mountVolume(pool: Pool, record: VolumeRecord, target: string): Promise<string> {
  const { fsType = '' } = record;
  await mkdir(target);
  const attached = await attachImage(pool, record, { access: 'writers', autoclear: true });
  try {
    const options = pool.filesystems.get(fsType).mountOptions({ readOnly: false, discard: true });
    await host.mounts.mount({ source: attached.device.path, target, fsType, options });
  } finally {
    attached.close();
  }
  return target;
}
