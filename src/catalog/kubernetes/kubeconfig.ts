import type { RequestOptions } from 'node:https';
import { VolumeError } from '../../domain/errors.ts';
import type { CredentialSource } from './credentials.ts';

/**
 * The credentials of a kubeconfig's current context: tokens, token files, certificates, exec plugins, OIDC. The library
 * that knows them all is loaded only here: a pod has no kubeconfig, and need not carry it.
 */
export function kubeconfigCredentials(path: string): CredentialSource {
  const config = load(path);
  return async () => {
    const loaded = await config;
    const cluster = loaded.getCurrentCluster();
    if (cluster === null) throw new VolumeError('InvalidArgument', `kubeconfig ${path} has no current context`);
    const options: RequestOptions = { headers: {} };
    await loaded.applyToHTTPSOptions(options);
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    return {
      server: new URL(cluster.server),
      headers: headersOf(options),
      tls: { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername },
    };
  };
}

async function load(path: string) {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const result: Record<string, string> = {};
  if (auth) result['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  for (const [name, value] of Object.entries(headers ?? {})) result[name.toLowerCase()] = String(value);
  return result;
}
