import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const layerSchema = z.object({ mediaType: z.string(), digest, size: z.number().int().nonnegative() });

const platformSchema = z.object({ os: z.string(), architecture: z.string() });

/** A list of the same image for several platforms (OCI image-spec, image-index.md). */
const indexSchema = z.object({
  manifests: z.array(z.object({ digest, platform: platformSchema.optional() })),
});

/** One image (OCI image-spec, manifest.md). The lowest layer is the first. */
const manifestSchema = z.object({ layers: z.array(layerSchema) });

export type Layer = z.infer<typeof layerSchema>;

/** What registries are asked for: images and lists of them, as OCI and as Docker call them. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** The layers of an image; or the digest of the one for this platform, where a text has several. Throws FailedPrecondition. */
export function readManifest(text: string, label: string, architecture: string): readonly Layer[] | string {
  const content = parseJson(text);
  const index = indexSchema.safeParse(content).data;
  if (index !== undefined) return chooseManifest(index.manifests, label, architecture);
  const layers = manifestSchema.safeParse(content).data?.layers;
  if (layers === undefined) throw refusal(`${label} is no image: its manifest has no layers`);
  const other = layers.find(({ mediaType }) => !mediaType.includes('tar'));
  if (other !== undefined) throw refusal(`${label} has a layer that is no archive, but ${other.mediaType}`);
  return layers;
}

function chooseManifest(
  manifests: z.infer<typeof indexSchema>['manifests'],
  label: string,
  architecture: string,
): string {
  const fitting = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture);
  const chosen = fitting ?? (manifests.length === 1 ? manifests[0] : undefined);
  if (chosen !== undefined) return chosen.digest;
  const known = manifests.map(({ platform }) => (platform ? `${platform.os}/${platform.architecture}` : 'unknown'));
  const message = `${label} is not there for linux/${architecture}, but for ${known.join(', ') || 'nothing'}`;
  throw refusal(`${message}: name one of them by its digest`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(message: string): VolumeError {
  return new VolumeError('FailedPrecondition', message);
}
