import type { ControllerListVolumeHealthRequest__Output } from '../gen/csi/v1/ControllerListVolumeHealthRequest.ts';
import type { ControllerListVolumeHealthResponse } from '../gen/csi/v1/ControllerListVolumeHealthResponse.ts';
import type { ControllerDeps } from './deps.ts';
import { parsePage, readPage } from './page.ts';

/** CSI 1.13, ControllerListVolumeHealth: the volumes with something wrong, as their agents saw them last. */
export async function controllerListVolumeHealth(
  request: ControllerListVolumeHealthRequest__Output,
  { catalog }: ControllerDeps,
): Promise<ControllerListVolumeHealthResponse> {
  const page = parsePage(request, 'vol');
  const { entries, nextToken } = await readPage(catalog.volumes, page, ({ status }) => status.health.length > 0);
  return {
    nextToken,
    entries: entries.map(({ id, status }) => ({ volumeId: id, healthStatuses: status.health })),
  };
}
