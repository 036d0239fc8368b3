import { VolumeError } from '../domain/errors.ts';
import type { Credentials } from './source.ts';

const KEYS = ['username', 'password', 'token'] as const;

/**
 * The credentials in these values, of a file, and where there is none, in the environment: TOME_IMPORT_USERNAME,
 * TOME_IMPORT_PASSWORD and TOME_IMPORT_TOKEN. Throws InvalidArgument, which names keys alone.
 */
export function parseCredentials(
  values: Readonly<Record<string, string>> | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Credentials {
  const unknown = Object.keys(values ?? {}).filter((key) => !KEYS.some((known) => known === key));
  if (unknown.length > 0) {
    throw new VolumeError('InvalidArgument', `credentials have ${KEYS.join(', ')}, and no ${unknown.join(', ')}`);
  }
  const read = (key: (typeof KEYS)[number]): string | undefined =>
    (values === undefined ? env[`TOME_IMPORT_${key.toUpperCase()}`] : values[key]) || undefined;
  const credentials = { username: read('username'), password: read('password'), token: read('token') };
  if (credentials.token !== undefined && credentials.password !== undefined) {
    throw new VolumeError('InvalidArgument', 'credentials are a token, or a username and a password: keep one');
  }
  return credentials;
}

/** The value of the header Authorization; undefined when there are none. */
export function authorization({ username, password, token }: Credentials): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (username === undefined && password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
}

/** What no message may have in it. */
export function secretsOf(credentials: Credentials): readonly string[] {
  const { username, password, token } = credentials;
  const all = [password, token, authorization(credentials)?.split(' ')[1], password && `${username ?? ''}:${password}`];
  return all.filter((secret) => secret !== undefined);
}
