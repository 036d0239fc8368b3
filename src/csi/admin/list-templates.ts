import type { Catalog } from '../../catalog/catalog.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { clonesOf } from '../controller/template/find-template.ts';
import type { ListTemplatesRequest__Output } from '../gen/tome/v1/ListTemplatesRequest.ts';
import type { ListTemplatesResponse } from '../gen/tome/v1/ListTemplatesResponse.ts';
import type { TemplateInfo } from '../gen/tome/v1/TemplateInfo.ts';
import { byName } from './by-name.ts';
import type { AdminDeps } from './deps.ts';
import { modeOf, snapshotState } from './describe.ts';
import { describeSource } from './describe-source.ts';
import { hasTags } from './has-tags.ts';
import { readPools, type PoolsById } from './pools-by-id.ts';

/** Templates by name, each with the volumes that were cloned from it. Sizes in bytes. */
export async function listTemplates(
  { templateId, pool: poolName, tags }: ListTemplatesRequest__Output,
  deps: AdminDeps,
): Promise<ListTemplatesResponse> {
  const [snapshots, pools] = await Promise.all([findAll(deps.catalog, templateId), readPools(deps)]);
  const isWanted = pools.wanted(poolName);
  const wanted = snapshots.filter(
    ({ spec }) => spec.template !== undefined && isWanted(spec.pool) && hasTags(spec, tags),
  );
  const described = await Promise.all(wanted.map((template) => describe(template, pools, deps.catalog)));
  return { templates: described.toSorted(byName) };
}

async function findAll({ snapshots }: Catalog, id: string): Promise<readonly Snapshot[]> {
  if (id === '') return snapshots.list();
  const found = await snapshots.find(id);
  return found === undefined ? [] : [found];
}

async function describe(template: Snapshot, pools: PoolsById, catalog: Catalog): Promise<TemplateInfo> {
  const { id, spec, status } = template;
  const { sourceSnapshotId, sourceVolumeId } = spec;
  const source =
    sourceSnapshotId === undefined
      ? ({ kind: 'volume', id: sourceVolumeId } as const)
      : ({ kind: 'snapshot', id: sourceSnapshotId } as const);
  const clones = await clonesOf(id, catalog);
  return {
    id,
    name: spec.template ?? spec.name,
    ...snapshotState(template),
    sizeBytes: status.size,
    heldBytes: status.heldBytes,
    createdFrom: await describeSource(source, catalog),
    converted: spec.convertedUuid !== undefined,
    creationTime: status.creationTime ?? '',
    pool: pools.nameOf(spec.pool),
    mode: modeOf(spec),
    tags: spec.tags ?? {},
    deleteLock: spec.deleteLock === true,
    clones: clones.map(({ name }) => name),
  };
}
