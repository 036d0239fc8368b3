import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VolumeError } from '../../domain/errors.ts';
import type { CredentialSource } from './credentials.ts';

/** Where the kubelet puts the token of a pod's service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The credentials of the pod's service account. The Kubernetes client library has the same, and would double the memory
 * that a node's driver needs for it.
 */
export function inClusterCredentials(env = process.env, directory = SERVICE_ACCOUNT): CredentialSource {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (host === undefined || port === undefined) {
    throw new VolumeError('InvalidArgument', 'this is not a pod of a cluster: give a kubeconfig');
  }
  const server = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  return async () => {
    const [token, ca] = await Promise.all([
      readFile(join(directory, 'token'), 'utf8'),
      readFile(join(directory, 'ca.crt')),
    ]);
    return { server, headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  };
}
