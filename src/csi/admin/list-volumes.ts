import { basename, join } from 'node:path';
import type { Catalog } from '../../catalog/catalog.ts';
import { givenIoLimits } from '../../domain/io-limits.ts';
import type { Volume } from '../../domain/volume.ts';
import type { ImageMounts } from '../../pool/kernel-view.ts';
import type { Shown } from '../../directory/shown-directories.ts';
import type { Attachment } from '../gen/tome/v1/Attachment.ts';
import type { ContentSource as SourceInfo } from '../gen/tome/v1/ContentSource.ts';
import type { ListVolumesRequest__Output } from '../gen/tome/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse } from '../gen/tome/v1/ListVolumesResponse.ts';
import type { VolumeInfo } from '../gen/tome/v1/VolumeInfo.ts';
import { byName } from './by-name.ts';
import { describeSource } from './describe-source.ts';
import { hasTags } from './has-tags.ts';
import type { AdminDeps } from './deps.ts';
import { modeOf, volumeState } from './describe.ts';
import { lookOnDisk, type OnDisk } from './on-disk.ts';
import { readPools } from './pools-by-id.ts';

/** Volumes by name, with what only this node can tell: bytes on disk, and where the kernel has them mounted. */
export async function listVolumes(
  { volumeId, pool: poolName, tags }: ListVolumesRequest__Output,
  deps: AdminDeps,
): Promise<ListVolumesResponse> {
  const [volumes, pools] = await Promise.all([findVolumes(deps.catalog, volumeId), readPools(deps)]);
  const isWanted = pools.wanted(poolName);
  const wanted = volumes.filter(({ spec }) => isWanted(spec.pool) && hasTags(spec, tags));
  const [onDisk, shown] = await Promise.all([lookOnDisk(wanted, pools.openOf), deps.shown.all()]);
  const described = wanted.map(async (volume, index) =>
    describe(volume, {
      pool: pools.nameOf(volume.spec.pool),
      onDisk: onDisk[index],
      mounts: mountsOf(shown.get(volume.id)) ?? onDisk[index]?.mounts,
      source: await describeSource(volume.spec.source, deps.catalog),
      deps,
    }),
  );
  return { volumes: (await Promise.all(described)).sort(byName) };
}

async function findVolumes(catalog: Catalog, id: string): Promise<readonly Volume[]> {
  if (id === '') return catalog.volumes.list();
  const volume = await catalog.volumes.find(id);
  return volume === undefined ? [] : [volume];
}

/** Of a volume that is a directory; undefined when it is not shown as one. */
function mountsOf(shown: readonly Shown[] | undefined): ImageMounts | undefined {
  if (shown === undefined) return undefined;
  const targets = shown.filter(({ role }) => role === 'target');
  return { paths: targets.map(({ target }) => target), readOnly: shown.every(({ readOnly }) => readOnly) };
}

interface Parts {
  readonly pool: string;
  readonly onDisk: OnDisk | undefined;
  readonly mounts: ImageMounts | undefined;
  readonly source: SourceInfo | null;
  readonly deps: AdminDeps;
}

function describe(volume: Volume, { pool, onDisk, mounts, source, deps }: Parts): VolumeInfo {
  const { id, spec, status } = volume;
  return {
    id,
    name: spec.name,
    ...volumeState(volume, onDisk?.problem),
    sizeBytes: status.size === 0 ? spec.size : status.size,
    usedBytes: onDisk?.usedBytes ?? 0,
    usedUnknown: onDisk?.usedBytes === undefined,
    mode: modeOf(spec),
    attachedTo: attachmentsOf(volume, mounts, deps),
    pool,
    createdFrom: source,
    populatedFrom: spec.parameters['populatedFrom'] ?? '',
    tags: spec.tags,
    deleteLock: spec.deleteLock === true,
    ioLimits: Object.fromEntries(givenIoLimits(spec.ioLimits)),
    health: status.health.map(({ message }) => message),
    exclusive: spec.exclusive,
    provisioning: spec.provisioning,
    managed: spec.managed ?? null,
    shared: spec.sharing === 'many',
  };
}

/** What was granted, and what the kernel has here although nothing was: an orchestrator may do without granting. */
function attachmentsOf({ id, spec }: Volume, mounts: ImageMounts | undefined, deps: AdminDeps): Attachment[] {
  const { nodeName, stagingRoot } = deps;
  // Known by its end: the kernel names paths without the symlinks that may be above the staging directory.
  const staging = join('/', basename(stagingRoot), id, '/');
  const paths = (mounts?.paths ?? []).filter((path) => !`${path}/`.includes(staging));
  const granted = spec.attachments.map((attachment) => {
    const isHere = attachment.nodeName === nodeName;
    // A directory is shown read-only to a user who may not write to it, although writing was granted.
    const readOnly = attachment.readOnly || (isHere && paths.length > 0 && mounts?.readOnly === true);
    return { node: attachment.nodeName, readOnly, paths: isHere ? paths : [] };
  });
  if (mounts === undefined || granted.some(({ node }) => node === nodeName)) return granted;
  return [...granted, { node: nodeName, readOnly: mounts.readOnly, paths }];
}
