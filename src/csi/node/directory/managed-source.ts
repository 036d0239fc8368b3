import type { Access } from '../../../domain/access.ts';
import { messageOf, VolumeError } from '../../../domain/errors.ts';
import type { Managed } from '../../../domain/volume.ts';
import type { PinnedDirectory } from '../../../host/bind-mount.ts';
import type { Host } from '../../../host/host.ts';
import { withDirectory } from '../../../managed/identify.ts';
import type { ManagedPlace } from '../../../managed/managed-place.ts';
import type { ManagedRecord } from '../../../managed/record.ts';
import { refuseShown } from '../../../managed/refuse-shown.ts';
import { whyUnreadable } from '../../../host/why-unreadable.ts';
import { called } from '../words.ts';
import type { DirectorySource, ShownDirectory } from './directory-source.ts';

/**
 * An existing directory of this node, opened beneath its root again each time it is staged, without following a symlink;
 * which directory is there by now does not matter, since an administrator may have put back a backup, unless another
 * volume shows it.
 */
export function managedSource(record: ManagedRecord, access: Access, place: ManagedPlace): DirectorySource {
  const { hostPath } = record.managed;
  return {
    async open(use) {
      requireAtHome(place, record);
      const state = { isOpen: false };
      try {
        return await withDirectory(place, hostPath, async (directory) => {
          state.isOpen = true;
          const { deviceNumber, root } = directory;
          await refuseShown(place, { id: record.id, hostPath }, { deviceNumber, path: root });
          return await use(await asUser(place.host, record, access, directory));
        });
      } catch (error) {
        throw state.isOpen ? error : refusal(record, error);
      }
    },
    released: () => Promise.resolve(),
  };
}

/** Every node has the record of what nodes share, so that no other volume takes the directory. Throws FailedPrecondition. */
function requireAtHome({ nodeName }: ManagedPlace, record: ManagedRecord): void {
  const { home } = record;
  if (home === undefined || nodeName === undefined || home === nodeName) return;
  const message = `${called(record)} is at home on node ${home}, and can be used there alone: it was made with sharing: one`;
  throw new VolumeError('FailedPrecondition', message);
}

/** The volume is there, and what it is made of is not. */
function refusal(record: ManagedRecord, error: unknown): unknown {
  if (!(error instanceof VolumeError) || !['NotFound', 'InvalidArgument'].includes(error.reason)) return error;
  return new VolumeError('FailedPrecondition', `${called(record)} cannot be shown: ${error.message}`, { cause: error });
}

/** The directory as the volume's user of the host may have it. Throws FailedPrecondition when he may not reach it. */
async function asUser(
  host: Host,
  record: ManagedRecord,
  access: Access,
  directory: PinnedDirectory,
): Promise<ShownDirectory> {
  const { managed } = record;
  const { path } = directory;
  await requireAlive(host, record);
  if (isRootAsRoot(managed)) return { path };
  const { uid, gid, hostPath } = managed;
  if (uid !== 0) await requireReachable(host, record);
  const mapping = { uid, gid, containerUid: managed.containerUid, containerGid: managed.containerGid };
  if (access === 'reader') return { path, mapping };
  if (!(await host.files.mayWrite(path, { uid, gid }))) return { path, mapping, readOnly: true };
  if (directory.uid === uid && directory.gid === gid) return { path, mapping };
  throw new VolumeError(
    'FailedPrecondition',
    `${called(record)} cannot be written to: ${hostPath} is owned by ${directory.uid}:${directory.gid}, and the volume acts as ` +
      `${uid}:${gid}; the kernel lets nobody write through an idmapped mount to what has another owner or group. Give the ` +
      `volume the uid and gid of the directory, change its owner (chown ${uid}:${gid}), or use the volume read-only`,
  );
}

/** A directory can be opened from what the kernel remembers of it, though the server of its filesystem has ended. */
async function requireAlive(host: Host, { managed, ...record }: ManagedRecord): Promise<void> {
  const failure = await whyUnreadable(host, managed.hostPath);
  if (failure === undefined) return;
  const why = messageOf(failure);
  const message = `${called(record)} cannot be shown: ${managed.hostPath} cannot be reached (${why}): mount its filesystem again`;
  throw new VolumeError('FailedPrecondition', message, { cause: failure });
}

/** Nobody is mapped then: the container's users are the host's, as with any directory that is shown as it is. */
function isRootAsRoot({ uid, gid, containerUid, containerGid }: Managed): boolean {
  return uid === 0 && gid === 0 && containerUid === 0 && containerGid === 0;
}

async function requireReachable({ files }: Host, { managed, ...record }: ManagedRecord): Promise<void> {
  const { hostPath, uid, gid } = managed;
  const closed = await files.firstClosedTo(hostPath, { uid, gid });
  if (closed === undefined) return;
  const what = closed === hostPath ? 'the directory itself' : `its parent ${closed}`;
  throw new VolumeError(
    'FailedPrecondition',
    `${called(record)} cannot be shown: user ${uid}:${gid} may not enter ${what} on this node (${hostPath}): ` +
      `let that user pass (chmod or setfacl, "x" on ${closed}), or give the volume another uid and gid`,
  );
}
