import { dirname } from 'node:path';
import type { Registration } from '../filesystem/registered/registration.ts';
import { NODE, ROLE, VOLUME, type MountPodSettings } from './settings.ts';

/** What a pod is to run. */
export interface PodRequest {
  readonly name: string;
  readonly role: 'mount' | 'hook';
  readonly volumeId: string;
  readonly registration: Registration;
  readonly command: readonly string[];
  /** Whether a Secret of the pod's name holds its environment. */
  readonly hasEnvironment: boolean;
  /** The volume's directory in the pool. */
  readonly source: string | undefined;
  /** An image file that it works on. */
  readonly imageFile?: string;
  /** Where it is mounted, or is to be. */
  readonly target: string | undefined;
  readonly graceSeconds: number;
  readonly owner: OwnerReference | undefined;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
}

/**
 * A pod that runs one program. It never starts a second time by itself: what is mounted on a node is decided by its driver
 * alone, also after the node was away for as long as it takes to make the volume elsewhere. Privileged, as only that lets
 * the node, and so the pods of others, see what is mounted in it; its own /dev has the node's devices, /dev/fuse among them.
 */
export function podManifest(request: PodRequest, settings: MountPodSettings): object {
  const { name, registration, command, hasEnvironment, graceSeconds } = request;
  const { nodeName, namespace, priorityClassName, imagePullSecrets } = settings;
  const [program, ...args] = command;
  const places = placesOf(request);
  const container = {
    name: request.role,
    image: registration.image,
    imagePullPolicy: registration.imagePullPolicy,
    command: [program],
    args,
    ...(hasEnvironment && { envFrom: [{ secretRef: { name } }] }),
    resources: registration.resources ?? settings.resources,
    securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0 },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: places.map(({ volume, path, propagation }) => ({
      name: volume,
      mountPath: path,
      ...(propagation && { mountPropagation: propagation }),
    })),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...metadataOf(request, settings) },
    spec: {
      nodeName,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: graceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(priorityClassName !== '' && { priorityClassName }),
      tolerations: [{ operator: 'Exists' }],
      imagePullSecrets,
      containers: [container],
      // A directory that is not there is a mount that is missing: the kubelet waits for it, and makes none in its place.
      volumes: places.map(({ volume, path, type }) => ({
        name: volume,
        hostPath: { path, type: type ?? 'Directory' },
      })),
    },
  };
}

/** The Secret with the pod's environment. Never in the pod itself, which more people may read. */
export function secretManifest(
  request: PodRequest,
  env: Readonly<Record<string, string>>,
  settings: MountPodSettings,
): object {
  const { name } = request;
  const metadata = { name, namespace: settings.namespace, ...metadataOf(request, settings) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData: env };
}

function metadataOf({ role, volumeId, registration, owner }: PodRequest, { labels, nodeName }: MountPodSettings) {
  return {
    labels: { ...labels, [ROLE]: role, [VOLUME]: volumeId, 'tome.storage/filesystem': registration.name },
    annotations: { [NODE]: nodeName },
    // It goes with its volume at the latest. As the one that controls it, so that draining a node does not take it for a stray.
    ...(owner && { ownerReferences: [owner] }),
  };
}

interface Place {
  readonly volume: string;
  readonly path: string;
  readonly type?: 'File';
  readonly propagation?: 'Bidirectional';
}

function placesOf({ source, imageFile, target }: PodRequest): readonly Place[] {
  return [
    // A mount reaches the node, and can be taken off by it, only from the directory above.
    ...(target === undefined
      ? []
      : [{ volume: 'mounts', path: dirname(target), propagation: 'Bidirectional' } as const]),
    ...(source === undefined ? [] : [{ volume: 'source', path: source }]),
    ...(imageFile === undefined ? [] : [{ volume: 'image', path: imageFile, type: 'File' } as const]),
  ];
}
