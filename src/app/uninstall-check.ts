import * as z from 'zod';
import type { Api } from '../catalog/kubernetes/api.ts';
import { ApiServer } from '../catalog/kubernetes/api-server.ts';
import { pods, snapshots, volumes } from '../catalog/kubernetes/apis.ts';
import { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { VolumeError } from '../domain/errors.ts';
import { clusterCredentials } from './cluster-catalog.ts';

const volumeSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ claim: z.string().optional() }),
});

const snapshotSchema = z.object({ spec: z.object({ name: z.string() }) });

const podSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    volumes: z.array(z.object({ csi: z.object({ driver: z.string() }).optional() })).optional(),
  }),
});

const NAMED = 5;
const TIMEOUT_MS = 10_000;

/**
 * `tome uninstall-check`: throws FailedPrecondition while there are volumes, of claims or inline in pods, or snapshots, which
 * nobody would serve any more, and which could not be deleted.
 */
export async function checkUninstall(driverName: string): Promise<void> {
  const server = new ApiServer(clusterCredentials(process.env), TIMEOUT_MS);
  try {
    const all = <T>(api: Api, schema: z.ZodType<T>) => new ObjectClient(server).list(api, undefined, {}, schema);
    const present = await all(volumes, volumeSchema);
    const claims = present.map(({ metadata, spec }) => spec.claim ?? metadata.name);
    const cuts = (await all(snapshots, snapshotSchema)).map(({ spec }) => spec.name);
    const users = (await all(pods, podSchema)).filter(({ spec }) =>
      (spec.volumes ?? []).some(({ csi }) => csi?.driver === driverName),
    );
    const inline = users.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    const reasons = [
      ...(claims.length === 0 ? [] : [`volumes exist (${claims.length}): ${some(claims)}; delete their claims`]),
      ...(cuts.length === 0 ? [] : [`snapshots exist (${cuts.length}): ${some(cuts)}; delete their VolumeSnapshots`]),
      ...(inline.length === 0
        ? []
        : [`pods have inline volumes (${inline.length}): ${some(inline)}; delete these pods`]),
    ];
    if (reasons.length === 0) return;
    throw new VolumeError('FailedPrecondition', `${reasons.join('. Also ')}, then uninstall. Nothing was changed.`);
  } finally {
    server.close();
  }
}

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
