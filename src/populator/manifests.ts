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

/**
 * A pod without any right, as a user who is not root, that fills the volume of this claim of ours, and ends. It reads nothing
 * but the source.
 */
export function importPod(claim: Claim, prime: Claim, { spec }: VolumeImport, settings: PopulatorSettings): object {
  const { namespace, image, imagePullPolicy, imagePullSecrets, resources } = settings;
  const name = nameFor(claim);
  const { source, checksum, gitRef, as } = spec;
  const options = Object.entries({ checksum, 'git-ref': gitRef, as }).filter(([, value]) => value !== undefined);
  const args = ['import', ...options.map(([option, value]) => `--${option}=${String(value)}`), '--', source, '/volume'];
  const container = {
    name: 'import',
    image,
    imagePullPolicy,
    args: args.map(literally),
    env: [{ name: 'HOME', value: '/tmp' }, ...ACCOUNT.map((key) => credential(name, key))],
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
    metadata: { name, namespace, labels: labelsOf(claim), ownerReferences: ownedBy(prime) },
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

/**
 * A copy of the user's, of what is an account in it, for as long as the import lasts: a pod has the Secrets of its own
 * namespace alone.
 */
export function credentialsSecret(
  claim: Claim,
  prime: Claim,
  data: Readonly<Record<string, string>>,
  { namespace }: PopulatorSettings,
): object {
  const metadata = { name: nameFor(claim), namespace, labels: labelsOf(claim), ownerReferences: ownedBy(prime) };
  const account = Object.fromEntries(Object.entries(data).filter(([key]) => ACCOUNT.includes(key)));
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: account };
}

const ACCOUNT: readonly string[] = ['username', 'password', 'token'];

/** The kubelet puts the environment in place of `$(NAME)`: an address could have the account in it, for all to see. */
function literally(word: string): string {
  return word.replaceAll('$', () => '$$');
}

/** They go with it, and belong to no other one that has its name. */
function ownedBy({ metadata: { name, uid } }: Claim): readonly object[] {
  return [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, uid }];
}

function credential(secret: string, key: string): object {
  const secretKeyRef = { name: secret, key, optional: true };
  return { name: `TOME_IMPORT_${key.toUpperCase()}`, valueFrom: { secretKeyRef } };
}

function labelsOf({ metadata }: Claim): object {
  return { 'app.kubernetes.io/managed-by': 'tome-csi', 'tome.storage/import-for': metadata.uid };
}
