import type { Creating } from '../controller/deps.ts';
import { implement, type Service } from '../server/implement.ts';
import { createVolumeGroupSnapshot } from './create-volume-group-snapshot.ts';
import { deleteVolumeGroupSnapshot } from './delete-volume-group-snapshot.ts';
import { getVolumeGroupSnapshot } from './get-volume-group-snapshot.ts';
import { groupControllerGetCapabilities } from './group-controller-get-capabilities.ts';

/** The GroupController service over a catalog. */
export function groupControllerService(options: Omit<Creating, 'now'> & Partial<Creating>): Service {
  const deps: Creating = { now: Date.now, ...options };
  return implement('csi.v1.GroupController', {
    createVolumeGroupSnapshot: (request, call) => createVolumeGroupSnapshot(request, deps, call),
    deleteVolumeGroupSnapshot: (request, call) => deleteVolumeGroupSnapshot(request, deps, call),
    getVolumeGroupSnapshot: (request) => getVolumeGroupSnapshot(request, deps),
    groupControllerGetCapabilities,
  });
}
