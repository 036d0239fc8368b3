import { implement, type Service } from '../server/implement.ts';
import type { NodeDeps } from './deps.ts';
import { nodeExpandVolume } from './expand-volume.ts';
import { nodeGetCapabilities } from './get-capabilities.ts';
import { nodeGetInfo } from './get-info.ts';
import { nodeGetStorageHealth } from './get-storage-health.ts';
import { nodeGetVolumeHealth } from './get-volume-health.ts';
import { nodeGetVolumeStats } from './get-volume-stats.ts';
import { nodePublishVolume } from './publish-volume.ts';
import { nodeStageVolume } from './stage-volume.ts';
import { nodeUnpublishVolume } from './unpublish-volume.ts';
import { nodeUnstageVolume } from './unstage-volume.ts';

export function nodeService(deps: NodeDeps): Service {
  return implement('csi.v1.Node', {
    nodeStageVolume: (request, { signal }) => nodeStageVolume(request, deps, signal),
    nodeUnstageVolume: (request, { signal }) => nodeUnstageVolume(request, deps, signal),
    nodePublishVolume: (request, { signal }) => nodePublishVolume(request, deps, signal),
    nodeUnpublishVolume: (request, { signal }) => nodeUnpublishVolume(request, deps, signal),
    nodeGetVolumeStats: (request, { signal }) => nodeGetVolumeStats(request, deps, signal),
    nodeExpandVolume: (request, { signal }) => nodeExpandVolume(request, deps, signal),
    nodeGetVolumeHealth: (request, { signal }) => nodeGetVolumeHealth(request, deps, signal),
    nodeGetStorageHealth: (request) => nodeGetStorageHealth(request, deps),
    nodeGetCapabilities: (request) => nodeGetCapabilities(request),
    nodeGetInfo: (request) => nodeGetInfo(request, deps),
  });
}
