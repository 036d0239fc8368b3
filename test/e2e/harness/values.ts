import type { Environment } from './environment.ts';

export const poolsDirectory = '/var/lib/tome/pools';
export const managedRoot = '/srv/data';

/** What the release is installed with: small pools in sparse files, and a class for each thing the tests look at. */
export function valuesFor({ image, build, sidecars, gocryptfs }: Environment): object {
  return {
    image: imageValues(image),
    pools: [pool('default', '12Gi'), pool('small', '2Gi')],
    managedRoots: [{ path: managedRoot }],
    filesystems: gocryptfs === undefined ? [] : [encrypted(gocryptfs)],
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
      ...(gocryptfs === undefined ? [] : [encryptedClass('tome-gocryptfs')]),
    ],
    volumeAttributesClasses: [
      { name: 'tome-blue', parameters: { 'tag.team': 'blue' } },
      { name: 'tome-green', parameters: { 'tag.team': 'green', 'tag.tier': 'gold' } },
    ],
    node: { podAnnotations: { build } },
    controller: {
      podAnnotations: { build },
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

function managedClass(name: string, below: string, more: Readonly<Record<string, string>>): object {
  return { name, parameters: { type: 'managed', hostPath: `${managedRoot}/${below}`, ...more } };
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
