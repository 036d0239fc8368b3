import type { V1PersistentVolumeClaim, V1Pod, V1Volume } from '@kubernetes/client-node';
import { namespace } from './names.ts';

export interface ClaimOptions {
  readonly name: string;
  readonly storageClass: string;
  readonly size: string;
}

export function claimManifest({ name, storageClass, size }: ClaimOptions): V1PersistentVolumeClaim {
  return {
    metadata: { name, namespace },
    spec: {
      storageClassName: storageClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
    },
  };
}

/** A pod that waits, and ends as soon as it is told to; with at most one volume. */
export function podManifest(name: string, volume?: Omit<V1Volume, 'name'>): V1Pod {
  return {
    metadata: { name, namespace },
    spec: {
      // There may be nobody to ask for names, and the kubelet would warn of it.
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 2,
      containers: [
        {
          name: 'main',
          image: process.env['BENCH_BUSYBOX'] ?? 'docker.io/library/busybox:1',
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', 'trap exit TERM; sleep 1000000 & wait'],
          ...(volume && { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
        },
      ],
      ...(volume && { volumes: [{ name: 'data', ...volume }] }),
    },
  };
}

export function claimed(claimName: string): Omit<V1Volume, 'name'> {
  return { persistentVolumeClaim: { claimName } };
}
