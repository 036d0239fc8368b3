import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Shown } from '../../src/directory/shown-directories.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import type { NewManagedVolume } from '../../src/managed/create-volume.ts';
import { openManagedPlace, type ManagedPlace } from '../../src/managed/managed-place.ts';
import { KeyedQueue } from '../../src/pool/keyed-queue.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';

export const host = linuxHost();

export interface ManagedWorld {
  readonly directory: TemporaryDirectory;
  /** The one root. */
  readonly root: string;
  readonly records: string;
  /** Where the node is taken to show volumes, by id. */
  readonly shown: Map<string, string[]>;
  /** A directory below the root, made now. */
  make(...names: string[]): string;
  /** The node's place, as a start finds it. */
  open(): Promise<ManagedPlace>;
}

export function managedWorld(): ManagedWorld {
  const directory = temporaryDirectory('tome-managed');
  const root = join(directory.path, 'root');
  const records = join(directory.path, 'state', 'managed');
  mkdirSync(root);
  const shown = new Map<string, string[]>();
  return {
    directory,
    root,
    records,
    shown,
    make(...names) {
      const path = join(root, ...names);
      mkdirSync(path, { recursive: true });
      return path;
    },
    open: () =>
      openManagedPlace({
        host,
        log: pino({ level: 'silent' }),
        directory: records,
        roots: [{ path: root, shared: false }],
        locks: new KeyedQueue(),
        shown: {
          of: (id) => Promise.resolve((shown.get(id) ?? []).map(shownAt)),
          all: () => Promise.resolve(new Map([...shown].map(([id, targets]) => [id, targets.map(shownAt)]))),
        },
      }),
  };
}

export function shownAt(target: string): Shown {
  const place = { target, role: 'target', staging: target, access: 'writers', readOnly: false } as const;
  return { ...place, deviceNumber: 0, root: '/', inode: 1, mounts: [] };
}

/** What a node has whose configuration names no root. */
export function noManaged(): Promise<ManagedPlace> {
  const shown = { of: () => Promise.resolve([]), all: () => Promise.resolve(new Map<string, readonly Shown[]>()) };
  const log = pino({ level: 'silent' });
  return openManagedPlace({ host, log, directory: '/nonexistent', roots: [], locks: new KeyedQueue(), shown });
}

/** A volume of this name and directory, each time with another uuid. */
export function volumeOf(name: string, hostPath: string, more: Partial<NewManagedVolume> = {}): NewManagedVolume {
  return {
    id: volumeId(name),
    name,
    uuid: randomUUID(),
    size: 0,
    volumeMode: 'Filesystem',
    provisioning: 'thin',
    exclusive: false,
    mkfsOptions: [],
    parameters: {},
    tags: {},
    accessModes: [],
    managed: { hostPath, uid: 0, gid: 0, containerUid: 0, containerGid: 0 },
    isShared: false,
    ...more,
  };
}
