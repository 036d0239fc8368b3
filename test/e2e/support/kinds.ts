import type {
  CoreV1Event,
  KubernetesObject,
  V1ConfigMap,
  V1CSIDriver,
  V1CSINode,
  V1CSIStorageCapacity,
  V1DaemonSet,
  V1Namespace,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
  V1StorageClass,
  V1StatefulSet,
  V1VolumeAttachment,
} from '@kubernetes/client-node';

/** What the API server calls one kind of object, and where it has it. */
export interface Kind<T extends KubernetesObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** The API server keeps to its own schema, so its answers are taken as they are. */
  readonly of: (json: unknown) => T;
}

function kind<T extends KubernetesObject>(
  apiVersion: string,
  name: string,
  plural: string,
  isNamespaced = true,
): Kind<T> {
  return { apiVersion, kind: name, plural, isNamespaced, of: (json) => json as T };
}

/** Objects of custom resources, as far as the tests look at them. */
interface Custom<Spec, Status> extends KubernetesObject {
  readonly spec: Spec;
  readonly status?: Status;
}

export type VolumeObject = Custom<
  {
    pool: string;
    claim?: string;
    size?: number;
    exclusive?: boolean;
    tags?: Record<string, string>;
    source?: { kind: string; id: string };
    managed?: { hostPath: string; uid?: number; gid?: number };
    accessModes?: string[];
  },
  { ready: boolean; size: number; mounts?: { nodeName: string; readOnly: boolean }[] }
>;
export type PoolObject = Custom<{ name: string; nodes: string[] }, { ready: boolean; available: number }>;
export type SnapshotObject = Custom<{ pool: string; sourceVolumeId: string; template?: string }, { ready: boolean }>;
export type VolumeSnapshot = Custom<
  { volumeSnapshotClassName: string; source: { persistentVolumeClaimName: string } },
  { readyToUse?: boolean; boundVolumeSnapshotContentName?: string; restoreSize?: string; error?: { message: string } }
>;
export interface VolumeSnapshotClass extends KubernetesObject {
  readonly driver: string;
  readonly deletionPolicy: string;
  readonly parameters?: Record<string, string>;
}
export type VolumeGroupSnapshot = Custom<
  { volumeGroupSnapshotClassName: string; source: { selector: { matchLabels: Record<string, string> } } },
  { readyToUse?: boolean; boundVolumeGroupSnapshotContentName?: string; error?: { message: string } }
>;
export type QuotaObject = Custom<
  {
    namespace?: string;
    storageClass?: string;
    pool?: string;
    limits: { volumes?: number; bytes?: number | string; snapshots?: number };
  },
  { used: { volumes: number; bytes: number; snapshots: number }; volumesText: string; sizeText: string }
>;
export type SnapshotScheduleObject = Custom<
  { schedule: string; suspend?: boolean },
  {
    lastOutcome?: { time: string; made: number; problems: string[] };
    conditions: { type: string; status: string; reason: string; message: string }[];
  }
>;
export type VolumeTemplateObject = Custom<
  { source: object; convert?: boolean; deleteLock?: boolean; tags?: Record<string, string> },
  { state: string; message: string; node?: string; clones: number }
>;
export type VolumeTemplateGroupObject = Custom<
  { source: object; convert?: boolean },
  {
    state: string;
    message: string;
    members: { claim: string; volume: string; template: string }[];
    creationTime?: string;
  }
>;
export type SnapshotGroupObject = Custom<{ members: { sourceVolumeId: string }[] }, { ready: boolean }>;

export type VolumeImportObject = Custom<
  { source: string; checksum?: string; gitRef?: string; credentialsSecretRef?: { name: string } },
  { claims: { claim: string; state: string; message: string }[] }
>;

const core = 'v1';
const storage = 'storage.k8s.io/v1';
const group = 'groupsnapshot.storage.k8s.io/v1';
const tome = 'tome.storage/v1alpha1';

export const namespaces = kind<V1Namespace>(core, 'Namespace', 'namespaces', false);
export const nodes = kind<V1Node>(core, 'Node', 'nodes', false);
export const pods = kind<V1Pod>(core, 'Pod', 'pods');
export const secrets = kind<V1Secret>(core, 'Secret', 'secrets');
export const configMaps = kind<V1ConfigMap>(core, 'ConfigMap', 'configmaps');
export const events = kind<CoreV1Event>(core, 'Event', 'events');
export const claims = kind<V1PersistentVolumeClaim>(core, 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const persistentVolumes = kind<V1PersistentVolume>(core, 'PersistentVolume', 'persistentvolumes', false);
export const daemonSets = kind<V1DaemonSet>('apps/v1', 'DaemonSet', 'daemonsets');
export const statefulSets = kind<V1StatefulSet>('apps/v1', 'StatefulSet', 'statefulsets');
export const storageClasses = kind<V1StorageClass>(storage, 'StorageClass', 'storageclasses', false);
export const csiDrivers = kind<V1CSIDriver>(storage, 'CSIDriver', 'csidrivers', false);
export const csiNodes = kind<V1CSINode>(storage, 'CSINode', 'csinodes', false);
export const capacities = kind<V1CSIStorageCapacity>(storage, 'CSIStorageCapacity', 'csistoragecapacities');
export const attachments = kind<V1VolumeAttachment>(storage, 'VolumeAttachment', 'volumeattachments', false);
export const snapshots = kind<VolumeSnapshot>('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', 'volumesnapshots');
export const snapshotClasses = kind<VolumeSnapshotClass>(
  'snapshot.storage.k8s.io/v1',
  'VolumeSnapshotClass',
  'volumesnapshotclasses',
  false,
);
export const snapshotContents = kind(
  'snapshot.storage.k8s.io/v1',
  'VolumeSnapshotContent',
  'volumesnapshotcontents',
  false,
);
export const groupSnapshots = kind<VolumeGroupSnapshot>(group, 'VolumeGroupSnapshot', 'volumegroupsnapshots');
export const groupSnapshotContents = kind<Custom<object, object>>(
  group,
  'VolumeGroupSnapshotContent',
  'volumegroupsnapshotcontents',
  false,
);
export const tomeVolumes = kind<VolumeObject>(tome, 'Volume', 'volumes', false);
export const tomeSnapshots = kind<SnapshotObject>(tome, 'Snapshot', 'snapshots', false);
export const tomeGroups = kind<SnapshotGroupObject>(tome, 'SnapshotGroup', 'snapshotgroups', false);
export const snapshotSchedules = kind<SnapshotScheduleObject>(tome, 'SnapshotSchedule', 'snapshotschedules');
export const volumeImports = kind<VolumeImportObject>(tome, 'VolumeImport', 'volumeimports');
export const volumeTemplates = kind<VolumeTemplateObject>(tome, 'VolumeTemplate', 'volumetemplates', false);
export const templateGroups = kind<VolumeTemplateGroupObject>(
  tome,
  'VolumeTemplateGroup',
  'volumetemplategroups',
  false,
);
export const tomeQuotas = kind<QuotaObject>(tome, 'Quota', 'quotas', false);
export const tomePools = kind<PoolObject>(tome, 'Pool', 'pools', false);
