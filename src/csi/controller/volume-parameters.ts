import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import {
  FS_TYPE_ALIAS,
  mkfsOptionsParameter,
  ORCHESTRATOR_PREFIX,
  parseValues,
  provisioningParameter,
  requireKnown,
} from '../server/parameters.ts';
import { parseTags, tagPrefix, type Tags } from './tags.ts';

export const booleanParameter = z
  .enum(['true', 'false'], 'must be "true" or "false"')
  .transform((text) => text === 'true');

const schema = z.strictObject({
  fsType: z.string().min(1, 'must not be empty').optional(),
  provisioning: provisioningParameter.default('thin'),
  mkfsOptions: mkfsOptionsParameter.default([]),
  exclusive: booleanParameter.default(false),
  pool: z.string().min(1, 'must not be empty').optional(),
});

export type VolumeParameters = z.infer<typeof schema> & { readonly tags: Tags };

/** What a StorageClass asks for. Throws InvalidArgument naming the key, and for an unknown one the known. */
export function parseVolumeParameters(parameters: Readonly<Record<string, string>>): VolumeParameters {
  const { tags, others } = parseTags(ownParameters(parameters));
  const { [FS_TYPE_ALIAS]: alias, ...rest } = others;
  requireKnown(rest, [...Object.keys(schema.shape), `${tagPrefix}<name>`]);
  if (alias !== undefined && rest['fsType'] !== undefined && alias !== rest['fsType']) {
    throw new VolumeError('InvalidArgument', `parameters name two filesystems: fsType and ${FS_TYPE_ALIAS}; keep one`);
  }
  const fsType = rest['fsType'] ?? alias;
  return { ...parseValues(schema, { ...rest, ...(fsType === undefined ? {} : { fsType }) }), tags };
}

/** The PersistentVolumeClaim that csi-provisioner makes the volume for, `namespace/name` (its `--extra-create-metadata`). */
export function claimOf(parameters: Readonly<Record<string, string>>): string | undefined {
  const namespace = parameters[`${ORCHESTRATOR_PREFIX}pvc/namespace`];
  const name = parameters[`${ORCHESTRATOR_PREFIX}pvc/name`];
  return namespace === undefined || name === undefined ? undefined : `${namespace}/${name}`;
}

/** The parameters without the orchestrator's notes: what must be the same when a volume is asked for again. */
export function ownParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(parameters).filter(
    ([key]) => !key.startsWith(ORCHESTRATOR_PREFIX) || key === FS_TYPE_ALIAS,
  );
  return Object.fromEntries(own);
}

/** Snapshots have no parameters of their own. Throws InvalidArgument for any but the orchestrator's notes. */
export function requireNoParameters(parameters: Readonly<Record<string, string>>): void {
  requireKnown(ownParameters(parameters), []);
}
