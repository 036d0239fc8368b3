import { implement, type Service } from '../server/implement.ts';
import { controllerExpandVolume } from './controller-expand-volume.ts';
import { controllerGetCapabilities } from './controller-get-capabilities.ts';
import { controllerGetVolume } from './controller-get-volume.ts';
import { controllerGetVolumeHealth } from './controller-get-volume-health.ts';
import { controllerListVolumeHealth } from './controller-list-volume-health.ts';
import { controllerModifyVolume } from './controller-modify-volume.ts';
import { controllerPublishVolume } from './controller-publish-volume.ts';
import { controllerUnpublishVolume } from './controller-unpublish-volume.ts';
import { createSnapshot } from './create-snapshot.ts';
import { createVolume } from './create-volume.ts';
import { deleteSnapshot } from './delete-snapshot.ts';
import { deleteVolume } from './delete-volume.ts';
import type { ControllerDeps } from './deps.ts';
import { getCapacity } from './get-capacity.ts';
import { getSnapshot } from './get-snapshot.ts';
import { listSnapshots } from './list-snapshots.ts';
import { listVolumes } from './list-volumes.ts';
import { NodeTurns } from './node-turns.ts';
import { validateVolumeCapabilities } from './validate-volume-capabilities.ts';

/** The Controller service over a catalog. */
export function controllerService(
  options: Omit<ControllerDeps, 'turns' | 'now'> & Partial<Pick<ControllerDeps, 'now'>>,
): Service {
  const deps: ControllerDeps = { now: Date.now, ...options, turns: new NodeTurns() };
  return implement('csi.v1.Controller', {
    createVolume: (request, call) => createVolume(request, deps, call),
    deleteVolume: (request, call) => deleteVolume(request, deps, call),
    controllerPublishVolume: (request) => controllerPublishVolume(request, deps),
    controllerUnpublishVolume: (request) => controllerUnpublishVolume(request, deps),
    validateVolumeCapabilities: (request) => validateVolumeCapabilities(request, deps),
    listVolumes: (request) => listVolumes(request, deps),
    controllerGetVolume: (request) => controllerGetVolume(request, deps),
    getCapacity: (request) => getCapacity(request, deps),
    createSnapshot: (request, call) => createSnapshot(request, deps, call),
    deleteSnapshot: (request, call) => deleteSnapshot(request, deps, call),
    listSnapshots: (request) => listSnapshots(request, deps),
    getSnapshot: (request) => getSnapshot(request, deps),
    controllerExpandVolume: (request, call) => controllerExpandVolume(request, deps, call),
    controllerModifyVolume: (request, call) => controllerModifyVolume(request, deps, call),
    controllerGetVolumeHealth: (request, call) => controllerGetVolumeHealth(request, deps, call),
    controllerListVolumeHealth: (request) => controllerListVolumeHealth(request, deps),
    controllerGetCapabilities,
  });
}
