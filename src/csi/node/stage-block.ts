import { attachImage } from '../../pool/attach-image.ts';
import { imageUsage } from '../../pool/image-usage.ts';
import type { NodeDeps } from './deps.ts';
import { stagingPoint, withPath } from './paths.ts';
import { idleDevices, planStaging, refuseForeign, type Staging } from './plan-staging.ts';
import { prepareFile, prepareStagingDirectory } from './prepare-path.ts';
import { releaseLoops } from './release-loops.ts';
import { imageHoldings } from './volume-usage.ts';

/**
 * Attaches the image and binds the device to a file below the staging path: the device stays bound until it is unstaged,
 * and the kernel remembers where that was. A crash in between leaves a device that the next call, or an unstage, frees.
 */
export async function stageBlock(staging: Staging, stagingTargetPath: string, deps: NodeDeps): Promise<void> {
  const { pool, record, access } = staging;
  const { host } = deps;
  await withPath(deps, stagingTargetPath, (path) => prepareStagingDirectory(host, path));
  await withPath(deps, stagingPoint(record, stagingTargetPath), async (path) => {
    const usage = await imageUsage(pool, record.id);
    refuseForeign(usage, record);
    const plan = planStaging(imageHoldings(usage), { volume: record, access, point: path.resolved });
    if (plan.kind === 'staged') return;
    await releaseLoops(host, idleDevices(usage));
    await prepareFile(host, path);
    const loop = await attachImage(pool, record, { access, autoclear: false });
    try {
      await host.mounts.bind({ source: loop.device.path, target: path.path, readOnly: false });
    } finally {
      loop.close();
    }
  });
}
