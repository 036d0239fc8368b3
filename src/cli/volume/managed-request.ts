import path from 'node:path';
import type { CreateVolumeRequest } from '../../csi/gen/csi/v1/CreateVolumeRequest.ts';
import { CliError } from '../cli-error.ts';
import { markParameters } from '../marks.ts';
import { capability } from './capability.ts';

export interface ManagedOptions {
  readonly hostPath?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly containerUid?: number;
  readonly containerGid?: number;
  readonly shared?: true;
}

interface CommonOptions extends ManagedOptions {
  readonly exclusive?: true;
  readonly tag?: Readonly<Record<string, string>>;
  readonly lock?: true;
}

/** Throws CliError for what only a managed volume has, when it is to be none. */
export function refuseWithoutHostPath(options: ManagedOptions): void {
  const { uid, gid, containerUid, containerGid, shared } = options;
  const given = Object.entries({ uid, gid, 'container-uid': containerUid, 'container-gid': containerGid, shared });
  const [odd] = given.filter(([, value]) => value !== undefined).map(([name]) => `--${name}`);
  if (odd === undefined) return;
  throw new CliError(`${odd} is for the volume that a directory is`, 'say which, with --host-path');
}

/** The request for the volume that the directory is, which a person may name from where he is. */
export function managedRequest(
  name: string,
  hostPath: string,
  options: CommonOptions,
  cwd: string,
): CreateVolumeRequest {
  const { uid, gid, containerUid, containerGid, shared, exclusive } = options;
  // Behind a symlink ".." leads elsewhere than the text says.
  if (hostPath.split('/').includes('..')) {
    throw new CliError(`${hostPath} has ".." in it`, `write where it leads to, which says: realpath ${hostPath}`);
  }
  const ids = Object.entries({ uid, gid, containerUid, containerGid }).filter(([, id]) => id !== undefined);
  return {
    name,
    volumeCapabilities: [capability({ block: false, readOnly: false }), capability({ block: false, readOnly: true })],
    parameters: {
      type: 'managed',
      hostPath: path.resolve(cwd, hostPath),
      ...Object.fromEntries(ids.map(([key, id]) => [key, String(id)])),
      ...(shared && { sharing: 'many' }),
      ...(exclusive && { exclusive: 'true' }),
      ...markParameters(options),
    },
  };
}
