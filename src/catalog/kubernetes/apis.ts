import type { Api } from './object-client.ts';

export const claims: Api = { group: '', version: 'v1', plural: 'persistentvolumeclaims' };
export const persistentVolumes: Api = { ...claims, plural: 'persistentvolumes' };
export const pods: Api = { ...claims, plural: 'pods' };

export const volumeSnapshots: Api = { group: 'snapshot.storage.k8s.io', version: 'v1', plural: 'volumesnapshots' };
export const snapshotContents: Api = { ...volumeSnapshots, plural: 'volumesnapshotcontents' };
export const groupSnapshots: Api = {
  group: 'groupsnapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumegroupsnapshots',
};
export const groupContents: Api = { ...groupSnapshots, plural: 'volumegroupsnapshotcontents' };
