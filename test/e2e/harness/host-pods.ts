/**
 * A pod on every node through which the tests see the node: its processes, and its files at /host. It is no part of the
 * driver, and stands in for a person who logs in there.
 */
export function hostPods(busybox: string): readonly object[] {
  const labels = { app: 'host' };
  const namespace = 'tome-e2e';
  const container = {
    name: 'main',
    image: busybox,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', 'trap exit TERM; sleep 1000000 & wait'],
    securityContext: { privileged: true },
    volumeMounts: [{ name: 'host', mountPath: '/host', mountPropagation: 'HostToContainer' }],
  };
  const spec = {
    hostPID: true,
    terminationGracePeriodSeconds: 1,
    tolerations: [{ operator: 'Exists' }],
    containers: [container],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'host', namespace },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  ];
}
