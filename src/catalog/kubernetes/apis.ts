import type { Api } from './api.ts';
import { apiGroup, apiVersion } from './kinds.ts';

const core = { group: '', version: 'v1' };
export const claims: Api = { ...core, plural: 'persistentvolumeclaims' };
export const events: Api = { ...core, plural: 'events' };
export const persistentVolumes: Api = { ...core, plural: 'persistentvolumes' };
export const pods: Api = { ...core, plural: 'pods' };
export const secrets: Api = { ...core, plural: 'secrets' };
export const storageClasses: Api = { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' };

export const volumeSnapshots: Api = { group: 'snapshot.storage.k8s.io', version: 'v1', plural: 'volumesnapshots' };
export const snapshotContents: Api = { ...volumeSnapshots, plural: 'volumesnapshotcontents' };
export const groupSnapshots: Api = {
  group: 'groupsnapshot.storage.k8s.io',
  version: 'v1',
  plural: 'volumegroupsnapshots',
};
export const groupContents: Api = { ...groupSnapshots, plural: 'volumegroupsnapshotcontents' };

const own = { group: apiGroup, version: apiVersion };
export const schedules: Api = { ...own, plural: 'snapshotschedules' };
export const snapshots: Api = { ...own, plural: 'snapshots' };
export const volumes: Api = { ...own, plural: 'volumes' };
export const volumeImports: Api = { ...own, plural: 'volumeimports' };
