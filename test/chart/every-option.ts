/** Values that switch on whatever the chart can make. */
export const everyOption = {
  commonLabels: { team: 'storage' },
  imageRegistry: 'mirror.example',
  imagePullSecrets: [{ name: 'key' }],
  attach: { enabled: true },
  imports: { enabled: true },
  snapshots: { enabled: true, groups: true },
  pools: [
    {
      name: 'default',
      path: '/var/lib/tome/pools/default',
      backing: { file: '/var/lib/tome/default.img', size: '20Gi' },
    },
    { name: 'bulk', path: '/mnt/bulk', reserve: '10Gi', overcommit: 2, maximumVolumeSize: '1Ti', nodeNames: ['big-*'] },
  ],
  managedRoots: [
    { path: '/srv/data', nodeNames: ['big-*'] },
    { path: '/mnt/shared', shared: true },
  ],
  filesystems: [
    {
      name: 'gocryptfs',
      kind: 'directory',
      image: 'registry.example/gocryptfs:2',
      imagePullPolicy: 'Always',
      resources: { limits: { memory: '256Mi' } },
      environment: { PASSWORD: { secret: 'password' }, MODE: { value: 'fast' }, KEY: { file: '/etc/key' } },
      arguments: { cipher: { pattern: 'aes|chacha', default: 'aes' } },
      mountFlags: ['noatime'],
      hooks: {
        mount: { command: ['gocryptfs', '{source}', '{target}'] },
        mountPod: { command: ['gocryptfs', '-f', '{source}', '{target}'], timeoutSeconds: 30 },
      },
    },
    {
      name: 'ntfs',
      kind: 'image',
      minimumSize: 1048576,
      hooks: {
        format: { command: ['mkntfs', '-F', '{device}'] },
        mount: { command: ['ntfs-3g', '{device}', '{target}'] },
      },
    },
  ],
  storageClasses: [
    { name: 'tome-managed', parameters: { type: 'managed', hostPath: '/srv/data/${pvc.namespace}/${pvc.name}' } },
    { name: 'tome-secret', parameters: { filesystem: 'gocryptfs', 'arg.cipher': 'chacha' } },
    {
      name: 'tome-xfs',
      default: true,
      reclaimPolicy: 'Retain',
      parameters: { 'csi.storage.k8s.io/fstype': 'xfs', pool: 'bulk' },
      mountOptions: ['noatime'],
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'topology.tome.storage/node', values: ['big-1'] }] }],
    },
    { name: 'tome', volumeBindingMode: 'Immediate' },
  ],
  groupSnapshotClasses: [{ name: 'tome', default: true }],
  volumeAttributesClasses: [{ name: 'tome-exclusive', parameters: { exclusive: 'true' } }],
  controller: {
    replicas: 3,
    extraArgs: ['--log-level=debug'],
    extraEnv: [{ name: 'A', value: 'b' }],
    podAnnotations: { a: 'b' },
    podLabels: { c: 'd' },
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ],
    serviceAccount: { annotations: { a: 'b' } },
  },
  node: {
    extraArgs: ['--log-level=debug'],
    resources: { limits: { memory: '256Mi' } },
    affinity: { nodeAffinity: {} },
    extraVolumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
    extraVolumeMounts: [{ name: 'keys', mountPath: '/etc/keys' }],
  },
  mountPods: { priorityClassName: 'mounts', resources: { limits: { memory: '64Mi' } } },
  metrics: {
    monitor: {
      ...{
        enabled: true,
        kind: 'ServiceMonitor',
        interval: '30s',
        scrapeTimeout: '10s',
        labels: { release: 'prometheus' },
      },
      relabelings: [{ action: 'labeldrop', regex: 'pod' }],
      metricRelabelings: [{ action: 'labeldrop', regex: 'pod' }],
    },
    dashboard: { enabled: true, annotations: { folder: 'Storage' } },
  },
};
