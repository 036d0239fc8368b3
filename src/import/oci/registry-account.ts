import * as z from 'zod';
import { VolumeError } from '../../domain/errors.ts';
import { authorization } from '../credentials.ts';
import { exchange, requestText } from '../request.ts';
import type { Credentials } from '../source.ts';

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * What opens a repository for reading: the account that was given, or the token that the registry's own service gives for it,
 * or for nobody, which holds for some minutes (distribution-spec, and the token authentication of its implementation).
 * Throws FailedPrecondition when the service gives none.
 */
export async function registryAccount(
  registry: string,
  repository: string,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Credentials> {
  if (credentials.token !== undefined) return credentials;
  const answer = await exchange(`${registry}/v2/`, { signal });
  await answer.body?.cancel();
  const challenge = answer.status === 401 ? (answer.headers.get('www-authenticate') ?? '') : '';
  if (!/^bearer /i.test(challenge)) return credentials;

  const service = tokenAddress(challenge, registry, repository);
  const allowed = authorization(credentials);
  const headers = allowed === undefined ? {} : { authorization: allowed };
  const { token, access_token } = tokenSchema.parse(JSON.parse(await requestText(service, { headers, signal })));
  return { token: token ?? access_token };
}

function tokenAddress(challenge: string, registry: string, repository: string): string {
  const said = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
  const url = URL.parse(said.get('realm') ?? '');
  const isAsSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && registry.startsWith('http:'));
  if (url === null || !isAsSafe) {
    const message = `${registry} says nothing of use about who gives access to it: ${challenge}`;
    throw new VolumeError('FailedPrecondition', message);
  }
  const service = said.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  return url.href;
}
