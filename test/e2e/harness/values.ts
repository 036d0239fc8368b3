import { ntfsInPods } from '../../support/ntfs.ts';
import { countedFilesystem } from './counted-filesystem.ts';
import type { Environment } from './environment.ts';
import { credentialVolumes, objectsFilesystem } from './object-store.ts';

export const poolsDirectory = '/var/lib/tome/pools';
export const managedRoot = '/srv/data';

/** What the release is installed with: small pools in sparse files, and a class for each thing the tests look at. */
export function valuesFor(environment: Environment): object {
  const { gocryptfs, ntfs, sharedRoot, objectStore } = environment;
  const { node, ...images } = imagesOf(environment);
  return {
    ...images,
    pools: [pool('default', '12Gi'), pool('small', '2Gi')],
    imports: { enabled: true },
    managedRoots: [{ path: managedRoot }, ...(sharedRoot === undefined ? [] : [{ path: sharedRoot, shared: true }])],
    filesystems: [
      ...(gocryptfs === undefined ? [] : [encrypted(gocryptfs), countedFilesystem(gocryptfs)]),
      ...(ntfs === undefined ? [] : [ntfsInPods(ntfs)]),
      ...(objectStore === undefined ? [] : [objectsFilesystem(objectStore)]),
    ],
    storageClasses: [
      storageClass('tome', {}),
      storageClass('tome-immediate', {}, { volumeBindingMode: 'Immediate' }),
      storageClass('tome-xfs', { 'csi.storage.k8s.io/fstype': 'xfs' }),
      storageClass('tome-exclusive', { exclusive: 'true' }),
      storageClass('tome-small', { pool: 'small' }),
      managedClass('tome-managed', '${pvc.namespace}/${pvc.name}', {}),
      managedClass('tome-managed-user', '${pvc.namespace}/${pvc.name}', { uid: '4321', gid: '4322' }),
      managedClass('tome-managed-team', '${pvc.namespace}', {}),
      managedClass('tome-managed-many', '${pvc.namespace}/${pvc.name}', { sharing: 'many' }),
      ...(sharedRoot === undefined ? [] : sharedClasses(sharedRoot)),
      ...(gocryptfs === undefined ? [] : [encryptedClass('tome-gocryptfs'), countedClass('tome-counted')]),
      ...(ntfs === undefined ? [] : [{ name: 'tome-ntfs', parameters: { filesystem: 'ntfs', pool: 'default' } }]),
      ...(objectStore === undefined
        ? []
        : [{ name: 'tome-objects', parameters: { filesystem: 'objects', sharing: 'many' } }]),
    ],
    volumeAttributesClasses: [
      { name: 'tome-blue', parameters: { 'tag.team': 'blue' } },
      { name: 'tome-green', parameters: { 'tag.team': 'green', 'tag.tier': 'gold' } },
    ],
    node: { ...node, ...(objectStore && credentialVolumes) },
  };
}

/** The values that say which images run, and replace pods of the build before. */
export function imagesOf({ image, build, sidecars }: Environment) {
  const podAnnotations = { build };
  return {
    image: imageValues(image),
    node: { podAnnotations },
    controller: {
      podAnnotations,
      provisioner: sidecar(sidecars['csi-provisioner']),
      resizer: sidecar(sidecars['csi-resizer']),
      snapshotter: sidecar(sidecars['csi-snapshotter']),
      attacher: sidecar(sidecars['csi-attacher']),
    },
  };
}

function pool(name: string, size: string): object {
  return { name, path: `${poolsDirectory}/${name}`, backing: { file: `/var/lib/tome/${name}.img`, size, thin: true } };
}

/** All but one class keep to the pool `default`, so that the tests of a full pool are alone in theirs. */
function storageClass(name: string, parameters: Readonly<Record<string, string>>, more: object = {}): object {
  return {
    name,
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    reclaimPolicy: 'Delete',
    parameters: { 'csi.storage.k8s.io/fstype': 'ext4', pool: 'default', ...parameters },
    ...more,
  };
}

function managedClass(name: string, below: string, more: Readonly<Record<string, string>>, root = managedRoot): object {
  return { name, parameters: { type: 'managed', hostPath: `${root}/${below}`, ...more } };
}

/** Beneath the root that the nodes share. */
function sharedClasses(root: string): readonly object[] {
  return [
    managedClass('tome-shared', '${pvc.namespace}/${pvc.name}', {}, root),
    managedClass('tome-shared-team', '${pvc.namespace}/team', {}, root),
    managedClass('tome-shared-many', '${pvc.namespace}/${pvc.name}', { sharing: 'many' }, root),
  ];
}

/** The key comes from the Secret `key` beside the claim, through the environment of each hook. */
function encrypted(image: string): object {
  const key = ['-extpass', 'printenv', '-extpass', 'GOCRYPTFS_PASSWORD'];
  return {
    name: 'gocryptfs',
    kind: 'directory',
    image,
    environment: { GOCRYPTFS_PASSWORD: { secret: 'password' } },
    hooks: {
      format: { command: ['gocryptfs', '-init', '-q', '-scryptn', '10', ...key, '{source}'] },
      mount: { command: ['gocryptfs', '-q', '-allow_other', ...key, '{source}', '{target}'] },
      mountPod: { command: ['gocryptfs', '-fg', '-q', '-allow_other', ...key, '{source}', '{target}'] },
    },
  };
}

function encryptedClass(name: string): object {
  const secret = 'csi.storage.k8s.io/node-stage-secret';
  const parameters = {
    filesystem: 'gocryptfs',
    pool: 'default',
    [`${secret}-name`]: 'key',
    [`${secret}-namespace`]: '${pvc.namespace}',
  };
  return { name, parameters };
}

function countedClass(name: string): object {
  return { name, allowVolumeExpansion: true, parameters: { filesystem: 'counted', pool: 'default' } };
}

function sidecar(image: string | undefined): object {
  return image === undefined ? {} : { image: imageValues(image) };
}

/** registry/repository:tag, as the chart has it. */
function imageValues(image: string): object {
  const [, registry = '', repository = '', tag = ''] =
    /^(?:([^/]*[.:][^/]*|localhost)\/)?(.*):([^:/]+)$/.exec(image) ?? [];
  if (repository === '') throw new Error(`${image}: give the image with its tag`);
  return { registry, repository, tag };
}
