import type { Environment } from './environment.ts';

/** The cluster of KUBECONFIG: left as it is, but for the release, which the last test uninstalls. */
export function foreignCluster(): Environment {
  const image = process.env['TOME_IMAGE'];
  const gocryptfs = process.env['TOME_E2E_GOCRYPTFS'];
  if (image === undefined)
    throw new Error('KUBECONFIG is set: give TOME_IMAGE, the name of an image that its nodes can pull');
  return {
    env: {},
    reach: [],
    kubectl: ['kubectl'],
    helm: 'helm',
    image,
    build: '',
    busybox: process.env['TOME_E2E_BUSYBOX'] ?? 'docker.io/library/busybox:1',
    ...(gocryptfs && { gocryptfs }),
    sidecars: {},
    close: () => Promise.resolve(),
  };
}
