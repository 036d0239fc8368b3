import { VolumeError } from '../domain/errors.ts';
import type { Source } from './source.ts';
import { splitAt } from './split-at.ts';

/** As git's own, and never taken for an option. */
const REF = /^(?![-/])(?!.*(\.\.|@\{|\/\/))[^\s~^:?*[\\]+$/;

/** As ssh is named without a scheme: user@host:path. */
const SCP = /^[A-Za-z0-9_.][\w.-]*@[A-Za-z0-9][\w.-]*:(?!\/\/)\S+$/;

/** The repository that a text names; undefined when it names none. A branch, tag or commit may stand behind `#`. */
export function parseGitSource(text: string, gitRef: string | undefined): Source | undefined {
  const [address, fragment] = splitAt(text, '#');
  const url = gitUrl(address);
  if (url === undefined) return undefined;
  if (gitRef !== undefined && fragment !== undefined && gitRef !== fragment) {
    refuse(`it names ${fragment}, and --git-ref names ${gitRef}: keep one`);
  }
  const ref = gitRef ?? fragment;
  if (ref !== undefined && !REF.test(ref)) refuse(`"${ref}" is no branch, tag or commit`);
  // What is behind the question mark may be a token.
  const [place = url] = url.split('?');
  return { kind: 'git', label: ref === undefined ? place : `${place}#${ref}`, url, ref };
}

function gitUrl(address: string): string | undefined {
  if (SCP.test(address)) return address;
  const [, isMarked, scheme = ''] = /^(git\+)?([a-z]+):\/\//.exec(address) ?? [];
  const isGit = isMarked !== undefined || ['git', 'ssh'].includes(scheme) || /^https?:.*\.git\/?$/.test(address);
  if (!isGit) return undefined;
  if (!['git', 'ssh', 'https', 'http', 'file'].includes(scheme)) refuse(`git is not asked over ${scheme}`);
  const url = URL.parse(address.slice(isMarked?.length ?? 0));
  if (url === null) return refuse('that is no URL');
  // A name alone is how ssh is told whom to log in as.
  if (url.password !== '' || (url.username !== '' && scheme !== 'ssh')) {
    refuse('a URL is seen by everybody on the machine: leave the account out of it, and give it by --credentials-file');
  }
  return url.href;
}

function refuse(message: string): never {
  throw new VolumeError('InvalidArgument', message);
}
