import { CLONE_OF, MADE_FOR, primeName } from '../domain/prime-claim.ts';
import { CLONES, type Claim, type VolumeImport } from './objects.ts';
import { SELECTED_NODE, USER, type PopulatorSettings } from './settings.ts';

/** All that is made for one claim is called so. */
export function nameFor({ metadata, spec }: Claim): string {
  return primeName(spec.dataSourceRef?.kind === CLONES ? 'clone' : 'import', metadata.uid);
}

/** The claim whose volume is a clone or is filled by a pod, and which the user's claim has in the end. */
export function primeClaim(claim: Claim, { namespace }: Pick<PopulatorSettings, 'namespace'>): object {
  const { accessModes, resources, storageClassName, volumeMode, volumeAttributesClassName } = claim.spec;
  const node = claim.metadata.annotations[SELECTED_NODE];
  const { kind, name: source } = claim.spec.dataSourceRef ?? {};
  const annotations = {
    [MADE_FOR]: `${claim.metadata.namespace}/${claim.metadata.name}`,
    ...(kind === CLONES && { [CLONE_OF]: source }),
    ...(node !== undefined && { [SELECTED_NODE]: node }),
  };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: nameFor(claim),
      namespace,
      labels: labelsOf(claim),
      annotations,
    },
    spec: { accessModes, resources, storageClassName, volumeMode, volumeAttributesClassName },
  };
}

/** A pod without any right, as a user who is not root, that fills the volume and ends. It reads nothing but the source. */
export function importPod(claim: Claim, { spec }: VolumeImport, settings: PopulatorSettings): object {
  const { namespace, image, imagePullPolicy, imagePullSecrets, resources } = settings;
  const name = nameFor(claim);
  const { source, checksum, gitRef, as } = spec;
  const options = Object.entries({ checksum, 'git-ref': gitRef, as }).filter(([, value]) => value !== undefined);
  const container = {
    name: 'import',
    image,
    imagePullPolicy,
    args: ['import', ...options.map(([option, value]) => `--${option}=${String(value)}`), '--', source, '/volume'],
    env: [{ name: 'HOME', value: '/tmp' }, ...['username', 'password', 'token'].map((key) => credential(name, key))],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'volume', mountPath: '/volume' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: labelsOf(claim) },
    spec: {
      restartPolicy: 'Never',
      // It is ended when nobody wants its volume any more, and leaves nothing half done.
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [container],
      volumes: [
        { name: 'volume', persistentVolumeClaim: { claimName: name } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  };
}

/** A copy of the user's, for as long as the import lasts: a pod has the Secrets of its own namespace alone. */
export function credentialsSecret(
  claim: Claim,
  data: Readonly<Record<string, string>>,
  { namespace }: PopulatorSettings,
): object {
  const metadata = { name: nameFor(claim), namespace, labels: labelsOf(claim) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
}

function credential(secret: string, key: string): object {
  const secretKeyRef = { name: secret, key, optional: true };
  return { name: `TOME_IMPORT_${key.toUpperCase()}`, valueFrom: { secretKeyRef } };
}

function labelsOf({ metadata }: Claim): object {
  return { 'app.kubernetes.io/managed-by': 'tome-csi', 'tome.storage/import-for': metadata.uid };
}
