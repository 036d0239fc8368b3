import type { ListVolumesRequest__Output } from '../gen/csi/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse } from '../gen/csi/v1/ListVolumesResponse.ts';
import type { ControllerDeps } from './deps.ts';
import { parsePage, readPage } from './page.ts';
import { nodesByPool, nodesFor } from './pool-nodes.ts';
import { topologies, volumeMessage } from './volume-message.ts';

/** CSI 1.13, ListVolumes: all there are, in the order of their ids, also those that are being made or deleted. */
export async function listVolumes(
  request: ListVolumesRequest__Output,
  { catalog }: ControllerDeps,
): Promise<ListVolumesResponse> {
  const page = parsePage(request, 'vol');
  const { entries, nextToken } = await readPage(catalog.volumes, page);
  const nodesOf = await nodesByPool(catalog);
  return {
    nextToken,
    entries: entries.map((volume) => ({
      volume: volumeMessage(volume, topologies(nodesFor(volume.spec, nodesOf.get(volume.spec.pool) ?? []))),
      status: { publishedNodeIds: volume.spec.attachments.map(({ nodeName }) => nodeName) },
    })),
  };
}
