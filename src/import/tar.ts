import { text } from 'node:stream/consumers';
import { VolumeError } from '../domain/errors.ts';
import { startTool } from '../host/start-tool.ts';
import { feedTool, outputOf, throughTool } from './feed-tool.ts';
import { WORKSPACE } from './workspace.ts';

/** Of a tree, all that GNU tar knows: numbers of owners, extended attributes, ACLs, hard links, holes. */
const KEPT = ['--numeric-owner', '--xattrs', '--acls', '--sparse'];

/**
 * Unpacks a tar stream in a directory. GNU tar lets no member out of it: it refuses ".." in names, takes the "/" from their
 * beginning, and makes links that lead out only when all files are there. `more` are further options. Throws HostError, and
 * what the stream throws.
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  directory: string,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  // Nobody but root may give files away, change the directory itself, or has attributes that are not a user's.
  const rights = isRoot
    ? ['--same-owner', '--preserve-permissions', '--xattrs-include=*']
    : ['--no-same-owner', '--xattrs-include=user.*'];
  const place = ['--extract', '--file=-', `--directory=${directory}`, '--delay-directory-restore'];
  const own = ['--anchored', `--exclude=./${WORKSPACE}`, `--exclude=${WORKSPACE}`];
  const options = [...KEPT, ...rights, ...own, ...(isRoot ? [] : NOT_ITSELF), ...more];
  const tool = startTool('tar', [...place, ...options], { signal });
  tool.stdout.resume();
  await feedTool(wholeTar(source), tool);
}

/** The directory that is filled is not this user's, who may write to it alone. Of what is below it nothing is meant. */
const NOT_ITSELF = ['--no-recursion', '--exclude=.'];

/** An archive ends with two blocks of zeros; tar takes one that was cut off between two files for a whole one. */
const END = Buffer.alloc(1024);

async function* wholeTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let end: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    end =
      piece.length < END.length
        ? Buffer.concat([end, piece]).subarray(-END.length)
        : Buffer.from(piece.subarray(-END.length));
    yield piece;
  }
  if (!end.equals(END)) throw new VolumeError('DataLoss', 'it is no tar archive, or was cut off: its end is missing');
}

/** The names in a tar stream, as it has them. Throws HostError, and what the stream throws. */
export async function listTar(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<readonly string[]> {
  const tool = startTool('tar', ['--list', '--file=-', '--quoting-style=literal', '--absolute-names'], { signal });
  return (await text(throughTool(wholeTar(source), tool))).split('\n');
}

/** A tar stream of what is in a directory; `name`, or all of it. A file's name may be a symlink, which is followed. */
export function createTar(
  directory: string,
  name: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const what = name === undefined ? ['.'] : ['--dereference', '--', `./${name}`];
  const place = ['--create', '--file=-', `--directory=${directory}`];
  const tool = startTool('tar', [...place, ...KEPT, ...what], { signal });
  tool.stdin.end();
  return outputOf(tool);
}
