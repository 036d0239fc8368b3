import type {
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodSpec,
  V1SecurityContext,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import { settings } from './settings.ts';

export interface ClaimOptions {
  readonly size?: string;
  /** StorageClass; `tome` makes ext4 where the pod runs. */
  readonly class?: string;
  readonly mode?: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadOnlyMany' | 'ReadWriteMany';
  readonly block?: boolean;
  /** What the volume is copied from: a VolumeSnapshot or another claim. */
  readonly snapshot?: string;
  readonly clone?: string;
  /** An object of the driver's that it is filled with. */
  readonly from?: { readonly kind: string; readonly name: string };
  readonly attributesClass?: string;
  readonly labels?: Record<string, string>;
}

export function claimManifest(namespace: string, name: string, options: ClaimOptions = {}): V1PersistentVolumeClaim {
  const { snapshot, clone } = options;
  return {
    metadata: { name, namespace, ...(options.labels && { labels: options.labels }) },
    spec: {
      storageClassName: options.class ?? 'tome',
      accessModes: [options.mode ?? 'ReadWriteOnce'],
      volumeMode: options.block ? 'Block' : 'Filesystem',
      resources: { requests: { storage: options.size ?? '64Mi' } },
      ...(options.attributesClass && { volumeAttributesClassName: options.attributesClass }),
      ...(snapshot && { dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshot } }),
      ...(options.from && { dataSourceRef: { apiGroup: 'tome.storage', ...options.from } }),
      ...(clone && { dataSource: { kind: 'PersistentVolumeClaim', name: clone } }),
    },
  };
}

export interface PodOptions {
  /** The claim that is at `/data`, or at `/dev/data` when it is a block device's. */
  readonly claim?: string;
  /** In place of one claim, several: each is at `/app/CLAIM`. */
  readonly claims?: readonly string[];
  /** In place of a claim. */
  readonly volume?: Omit<V1Volume, 'name'>;
  readonly block?: boolean;
  readonly readOnly?: boolean;
  /** Where the scheduler is to place it. */
  readonly node?: string;
  /** Where it runs, whatever the scheduler would say. */
  readonly assignedTo?: string;
  readonly command?: string;
  readonly restartPolicy?: 'Always' | 'Never';
  readonly spec?: Partial<V1PodSpec>;
  readonly labels?: Record<string, string>;
  readonly securityContext?: V1SecurityContext;
}

/** A pod with one volume. Without a command it waits, and ends as soon as it is told to. */
export function podManifest(namespace: string, name: string, options: PodOptions): V1Pod {
  const { claim, readOnly = false, command = 'trap exit TERM; sleep 1000000 & wait' } = options;
  const volume = options.volume ?? { persistentVolumeClaim: { claimName: claim ?? name, readOnly } };
  const several = options.claims?.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  return {
    metadata: { name, namespace, ...(options.labels && { labels: options.labels }) },
    spec: {
      // There is nobody to ask for names, and the kubelet would warn of it.
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 2,
      restartPolicy: options.restartPolicy ?? 'Never',
      ...(options.node && { nodeSelector: { 'kubernetes.io/hostname': options.node } }),
      ...(options.assignedTo && { nodeName: options.assignedTo }),
      containers: [
        {
          name: 'main',
          image: settings.busybox,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', command],
          ...(options.securityContext && { securityContext: options.securityContext }),
          ...(options.block
            ? { volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] }
            : { volumeMounts: several?.map((each) => mountOf(each.name)) ?? [{ name: 'data', mountPath: '/data' }] }),
        },
      ],
      volumes: several ?? [{ name: 'data', ...volume }],
      ...options.spec,
    },
  };
}

function mountOf(claim: string): V1VolumeMount {
  return { name: claim, mountPath: `/app/${claim}` };
}
