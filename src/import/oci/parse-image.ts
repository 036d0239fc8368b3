import { VolumeError } from '../../domain/errors.ts';
import type { Source } from '../source.ts';
import { splitAt } from '../split-at.ts';

const SCHEME = /^(oci|docker|oci\+http):\/\//;
const HOST = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(:\d{1,5})?$/;
/** Of one part of a repository's name, a tag, and a digest: as the distribution specification has them. */
const PART = /^[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The image in a registry that a text names, `oci://HOST/REPOSITORY[:TAG][@DIGEST]`; undefined when it names none. */
export function parseImageSource(text: string): Source | undefined {
  const [start = '', scheme = ''] = SCHEME.exec(text) ?? [];
  if (start === '') return undefined;
  const [named, digest] = splitAt(text.slice(start.length), '@');
  const slash = named.indexOf('/');
  const host = named.slice(0, Math.max(slash, 0));
  const [path, tag] = splitAt(named.slice(slash + 1), ':');
  const isWhole = HOST.test(host) && path.split('/').every((part) => PART.test(part));
  if (!isWhole || (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest))) {
    const form = 'oci://HOST/REPOSITORY:TAG or oci://HOST/REPOSITORY@sha256:HEX, in lower case';
    throw new VolumeError(
      'InvalidArgument',
      `that is no image: write it as ${form}, and an account in --credentials-file`,
    );
  }
  const label = `oci://${named}${digest === undefined ? '' : `@${digest}`}`;
  const reference = digest ?? tag ?? 'latest';
  const protocol = scheme === 'oci+http' ? 'http' : 'https';
  if (host !== 'docker.io') {
    return { kind: 'image', label, registry: `${protocol}://${host}`, repository: path, reference };
  }
  // It is called otherwise than its server, and what has no owner is Docker's own.
  const repository = path.includes('/') ? path : `library/${path}`;
  return { kind: 'image', label, registry: 'https://registry-1.docker.io', repository, reference };
}
