import { createHash } from 'node:crypto';
import { VolumeError } from '../../domain/errors.ts';
import { requireChecksum } from '../checksum.ts';
import { authorization } from '../credentials.ts';
import { requestText } from '../request.ts';
import type { Credentials, Source } from '../source.ts';
import { MANIFEST_TYPES, readManifest, type Layer } from './manifest.ts';
import { registryAccount } from './registry-account.ts';

export type Image = Extract<Source, { kind: 'image' }>;

/** Node's names of processors, where images have others, which are Go's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/**
 * The layers of an image for this machine's processor, the lowest first. Throws NotFound, FailedPrecondition when it is none
 * or an account is missing, DataLoss when the registry gives another one than was asked for.
 */
export async function findLayers(
  image: Image,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<readonly Layer[]> {
  const { registry, repository, reference, label } = image;
  const allowed = authorization(await registryAccount(registry, repository, credentials, signal));
  const headers = { accept: MANIFEST_TYPES.join(', '), ...(allowed !== undefined && { authorization: allowed }) };

  const read = async (what: string): Promise<readonly Layer[] | string> => {
    const text = await requestText(`${registry}/v2/${repository}/manifests/${what}`, { headers, signal });
    const sha256 = what.startsWith('sha256:') ? what.slice('sha256:'.length) : undefined;
    await requireChecksum(sha256, createHash('sha256').update(text), label);
    return readManifest(text, label, ARCHITECTURES[process.arch] ?? process.arch);
  };
  const found = await read(reference);
  const layers = typeof found === 'string' ? await read(found) : found;
  if (typeof layers === 'string') throw new VolumeError('FailedPrecondition', `${label} is a list of lists of images`);
  return layers;
}

export function layerAddress({ registry, repository }: Image, { digest }: Layer): string {
  return `${registry}/v2/${repository}/blobs/${digest}`;
}
