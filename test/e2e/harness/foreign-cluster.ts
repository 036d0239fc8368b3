import type { Environment } from './environment.ts';

/**
 * The cluster of KUBECONFIG: left as it is, but for the release, which the last test uninstalls. What it may have beside
 * nodes is named by TOME_E2E_GOCRYPTFS, an image, and TOME_E2E_SHARED_ROOT, a directory that is the same on all nodes.
 */
export function foreignCluster(): Environment {
  const image = process.env['TOME_IMAGE'];
  const gocryptfs = process.env['TOME_E2E_GOCRYPTFS'];
  const ntfs = process.env['TOME_E2E_NTFS'];
  const sharedRoot = process.env['TOME_E2E_SHARED_ROOT'];
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
    ...(ntfs && { ntfs }),
    ...(sharedRoot && { sharedRoot }),
    sidecars: {},
    close: () => Promise.resolve(),
  };
}
