import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, VolumeError } from '../domain/errors.ts';
import { parseImageSource } from './oci/parse-image.ts';
import { parseGitSource } from './parse-git-source.ts';
import type { Source, SourceOptions } from './source.ts';

const ARCHIVE = /\.(tar(\.(gz|xz|zst|zstd))?|tgz|txz|tzst)$/i;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/**
 * The source that a text names: a path, a URL, or `-` for an archive on stdin. Looks at what is on this machine. Throws
 * InvalidArgument for what names nothing that can be imported, NotFound for a path that leads nowhere.
 */
export async function parseSource(text: string, options: SourceOptions): Promise<Source> {
  const sha256 = parseChecksum(options.checksum);
  const git = options.as === undefined ? parseGitSource(text, options.gitRef) : undefined;
  const image = parseImageSource(text);
  const source = git ?? image ?? (await parseOther(text, options, sha256));
  if (image !== undefined && (options.as ?? sha256) !== undefined)
    refuse('an image is always unpacked, and its digest is behind @: leave out --as and --checksum');
  if (source.kind !== 'git' && options.gitRef !== undefined)
    refuse(`${text} is no git repository: leave out --git-ref`);
  if (sha256 !== undefined && !('sha256' in source)) refuse('a checksum is for a download or an archive');
  return source;
}

async function parseOther(text: string, options: SourceOptions, sha256: string | undefined): Promise<Source> {
  if (text === '-') return { kind: 'archive', label: 'stdin', from: { at: 'stdin' }, sha256 };
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return parseUrl(text, options, sha256);
  if (scheme === 'file') return parsePath(fileURLToPath(text), options, sha256);
  if (scheme !== undefined && text.includes('://')) {
    refuse(`${scheme} is no source: known are paths, "-", http, https, git, ssh, git+https and oci`);
  }
  return parsePath(text, options, sha256);
}

function parseUrl(text: string, { as }: SourceOptions, sha256: string | undefined): Source {
  const url = URL.parse(text);
  if (url === null) return refuse('that is no URL');
  if (url.username !== '' || url.password !== '') {
    refuse('a URL is seen by everybody on the machine: leave the account out of it, and give it by --credentials-file');
  }
  url.hash = '';
  // What is behind the question mark may be a signature that opens the door.
  const label = `${url.origin}${url.pathname}`;
  const name = nameIn(url.pathname);
  const isArchive = as === undefined ? ARCHIVE.test(name) : as === 'tar';
  if (isArchive) return { kind: 'archive', label, from: { at: 'url', url: url.href }, sha256 };
  if (name === '') refuse(`${label} names no file: give the address of one, or say that it is an archive (--as tar)`);
  return { kind: 'download', label, url: url.href, name, sha256 };
}

/** The last part, as a name for a file; empty when it can be none. */
function nameIn(pathname: string): string {
  try {
    const name = decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
    return /[/\0]/.test(name) || name === '.' || name === '..' || Buffer.byteLength(name) > 255 ? '' : name;
  } catch {
    return '';
  }
}

async function parsePath(given: string, { as, cwd }: SourceOptions, sha256: string | undefined): Promise<Source> {
  const label = path.resolve(cwd, given);
  const found = await stat(label).catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : `: ${messageOf(error)}`;
    throw new VolumeError('NotFound', `there is nothing to import at ${label}${why}`, { cause: error });
  });
  if (found.isDirectory()) return { kind: 'tree', label, path: label };
  if (!found.isFile()) refuse(`${label} is neither a directory nor a file`);
  const isArchive = as === undefined ? ARCHIVE.test(label) : as === 'tar';
  if (isArchive) return { kind: 'archive', label, from: { at: 'file', path: label }, sha256 };
  return { kind: 'file', label, path: label, name: path.basename(label) };
}

function parseChecksum(checksum: string | undefined): string | undefined {
  if (checksum === undefined) return undefined;
  const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(checksum)?.[1];
  return sha256?.toLowerCase() ?? refuse('a checksum is sha256: and 64 hexadecimal digits, as sha256sum prints them');
}

function refuse(message: string): never {
  throw new VolumeError('InvalidArgument', message);
}
