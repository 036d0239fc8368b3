import { createReadStream } from 'node:fs';
import path from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import { removeTree } from '../../host/directories.ts';
import { followsSymlinks } from '../../host/follows-symlinks.ts';
import { decompressed } from '../decompress.ts';
import { download } from '../import-download.ts';
import type { ImportJob } from '../import-job.ts';
import { extractTar, listTar } from '../tar.ts';
import { makeWay } from './make-way.ts';
import type { Layer } from './manifest.ts';
import { findLayers, layerAddress, type Image } from './registry.ts';
import { registryAccount } from './registry-account.ts';
import { applyWhiteouts, isWhiteout } from './whiteouts.ts';

/**
 * The files of a container's image, as a container would find them: each layer is read, checked, and unpacked over those
 * below it. An attempt before it is thrown away, but for the layer that it was reading.
 */
export async function importImage(image: Image, job: ImportJob): Promise<void> {
  const { workspace, directory, signal, credentials } = job;
  // A layer may have a link where an upper one has a directory, and what is in that would be written wherever it leads.
  if (process.getuid?.() === 0 && (await followsSymlinks(directory))) {
    const advice = 'mount its filesystem with nosymfollow, or do it as another user; tome volume import needs neither';
    throw new VolumeError('FailedPrecondition', `an image is not unpacked by root where links are followed: ${advice}`);
  }
  await workspace.clear();
  const layers = await findLayers(image, credentials, signal);
  const totalBytes = layers.reduce((sum, { size }) => sum + size, 0);
  await job.requireRoom(totalBytes, true);
  let before = 0;
  for (const layer of layers) {
    const start = before;
    const onProgress: ImportJob['onProgress'] = ({ doneBytes }) => {
      job.onProgress({ doneBytes: start + doneBytes, totalBytes });
    };
    await importLayer(image, layer, { ...job, onProgress });
    before += layer.size;
  }
}

async function importLayer(image: Image, layer: Layer, job: ImportJob): Promise<void> {
  const { workspace, directory, signal } = job;
  const { registry, repository, label } = image;
  const sha256 = layer.digest.slice('sha256:'.length);
  const file = path.join(workspace.path, 'layer');
  const source = { url: layerAddress(image, layer), label: `${label}, layer ${layer.digest}`, sha256 };
  const credentials = await registryAccount(registry, repository, job.credentials, signal);
  await download(source, file, { ...job, credentials });
  const unpacked = () => decompressed(createReadStream(file, { highWaterMark: 1024 * 1024 }), signal);
  const names = await listTar(unpacked(), signal);
  const way = await makeWay(names, directory);
  await applyWhiteouts(names.filter(isWhiteout), directory);
  await extractTar(unpacked(), directory, signal, WITHOUT_MARKS);
  await way.done();
  await removeTree(file);
}

const WITHOUT_MARKS = ['--no-anchored', '--exclude=.wh.*'];
