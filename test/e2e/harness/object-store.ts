/** An S3 server for the tests, in the cluster, and what a filesystem over it needs. */
export interface ObjectStore {
  /** Images with versitygw and with rclone. */
  readonly server: string;
  readonly client: string;
  /** `host:port` of the server, which every pod reaches; the host is an address of the node that the server runs on. */
  readonly address: string;
}

const SECRET = 's3';

/** Where the driver has the Secret's keys as files. */
const credentials = '/etc/tome/s3';

/** The server, and its credentials in the namespace of the driver. Buckets are directories below /buckets in its pod. */
export function objectStorePods({ server, address }: ObjectStore, driverNamespace: string): readonly object[] {
  const labels = { app: 'object-store' };
  const keys = { 'access-key': 'tome-access', 'secret-key': 'tome-secret-of-the-object-store' };
  const container = {
    name: 'main',
    image: server,
    imagePullPolicy: 'IfNotPresent',
    command: ['versitygw', '--port', address, '--quiet', 'posix', '/buckets'],
    env: [
      { name: 'ROOT_ACCESS_KEY', value: keys['access-key'] },
      { name: 'ROOT_SECRET_KEY', value: keys['secret-key'] },
    ],
    volumeMounts: [{ name: 'buckets', mountPath: '/buckets' }],
  };
  const spec = {
    // There is nobody who would tell a Service's address from a pod's.
    hostNetwork: true,
    terminationGracePeriodSeconds: 1,
    containers: [container],
    volumes: [{ name: 'buckets', emptyDir: {} }],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: driverNamespace } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET, namespace: driverNamespace }, stringData: keys },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'object-store', namespace: 'tome-e2e' },
      spec: {
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    },
  ];
}

/** The chart's values for the Secret in the node's pods, where the `file` of a variable is read. */
export const credentialVolumes = {
  extraVolumes: [{ name: SECRET, secret: { secretName: SECRET } }],
  extraVolumeMounts: [{ name: SECRET, mountPath: credentials, readOnly: true }],
};

/** As docs/custom-filesystems.md has it for a cluster. */
export function objectsFilesystem({ client, address }: ObjectStore): object {
  const place = 's3:volumes/{volume}';
  const mount = ['--allow-other', '--vfs-cache-mode=writes', '--vfs-write-back=1s', '--cache-dir=/var/cache/rclone'];
  return {
    name: 'objects',
    kind: 'directory',
    stores: 'elsewhere',
    sharing: 'many',
    image: client,
    environment: {
      RCLONE_CONFIG: { value: '/dev/null' },
      RCLONE_RETRIES: { value: '1' },
      RCLONE_LOW_LEVEL_RETRIES: { value: '2' },
      RCLONE_CONFIG_S3_TYPE: { value: 's3' },
      RCLONE_CONFIG_S3_PROVIDER: { value: 'Other' },
      RCLONE_CONFIG_S3_ENDPOINT: { value: `http://${address}` },
      RCLONE_CONFIG_S3_DIRECTORY_MARKERS: { value: 'true' },
      RCLONE_CONFIG_S3_ACCESS_KEY_ID: { file: `${credentials}/access-key` },
      RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: { file: `${credentials}/secret-key` },
    },
    hooks: {
      format: { command: ['rclone', 'mkdir', place] },
      mount: { command: ['rclone', 'mount', '--daemon', ...mount, place, '{target}'], timeoutSeconds: 90 },
      mountPod: { command: ['rclone', 'mount', ...mount, '--dir-cache-time=1s', place, '{target}'] },
      unmount: { command: ['umount', '{target}'], timeoutSeconds: 300 },
      delete: { command: ['sh', '-c', '"$0" purge "$1" || test $? -eq 3', 'rclone', place], timeoutSeconds: 3600 },
    },
  };
}
