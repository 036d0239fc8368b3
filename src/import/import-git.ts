import { VolumeError } from '../domain/errors.ts';
import { isHostError } from '../host/host-error.ts';
import { startTool } from '../host/start-tool.ts';
import { authorization, secretsOf } from './credentials.ts';
import type { ImportJob } from './import-job.ts';
import type { Credentials, Source } from './source.ts';
import { sshAdvice } from './ssh-advice.ts';

type Repository = Extract<Source, { kind: 'git' }>;

/** Nothing of this repository, or of who runs it, has git start a program. */
const SAFE = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.ext.allow=never'];

const COMMIT = /^[0-9a-f]{7,64}$/i;

/**
 * The files of a repository as a branch, a tag or a commit has them, with a `.git` that has that one commit alone. An
 * attempt before it is thrown away.
 */
export async function importGit(source: Repository, job: ImportJob): Promise<void> {
  const { url, ref = 'HEAD' } = source;
  await job.workspace.clear();
  await git(['init', '--quiet', '--template=', '.'], source, job);
  await git(['remote', 'add', '--', 'origin', url], source, job);
  const fetch = (...what: readonly string[]) => git(['fetch', '--progress', '--no-tags', ...what], source, job);
  try {
    await fetch('--depth=1', '--', 'origin', ref);
    await checkOut('FETCH_HEAD', source, job);
    return;
  } catch (error) {
    if (!isHostError(error, 'EXIT') || job.signal.aborted) throw error;
    const isRedirected = /returned error: 30\d/.test(error.message);
    if (isRedirected && authorization(job.credentials) !== undefined) throw redirected(source, error);
    // Servers may give only what has a name, and none knows an abbreviation: then all is asked for.
    if (COMMIT.test(ref)) await fetch('--', 'origin', ...EVERYTHING);
    else if (/does not support shallow/.test(error.message)) await fetch('--', 'origin', ref);
    else throw error;
  }
  await checkOut(COMMIT.test(ref) ? ref : 'FETCH_HEAD', source, job);
}

function redirected({ label }: Repository, cause: Error): VolumeError {
  const message = `${label} is redirected, and an account is not taken along: give the address that it leads to`;
  return new VolumeError('FailedPrecondition', message, { cause });
}

const EVERYTHING = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];

function checkOut(commit: string, source: Repository, job: ImportJob): Promise<void> {
  return git(['checkout', '--quiet', '--progress', '--detach', commit, '--'], source, job);
}

async function git(words: readonly string[], { url, label }: Repository, job: ImportJob): Promise<void> {
  const { credentials, signal, onProgress, directory } = job;
  let said = '';
  const onSaid = (text: string): void => {
    said = `${said}${text}`.slice(-MOST_SAID);
    const received = [...text.matchAll(/, ([\d.]+) (bytes|KiB|MiB|GiB)/g)].at(-1);
    if (received !== undefined) onProgress({ doneBytes: Number(received[1]) * (UNITS[received[2] ?? ''] ?? 1) });
  };
  const env = environment(url, credentials);
  const args = ['-C', directory, ...SAFE, ...words];
  const tool = startTool('git', args, { env, secrets: secretsOf(credentials), onSaid, signal });
  tool.stdin.end();
  tool.stdout.resume();
  try {
    await tool.ended;
  } catch (error) {
    const advice = sshAdvice(said);
    if (advice === undefined) throw error;
    throw new VolumeError('FailedPrecondition', `${label}: ${advice}`, { cause: error });
  }
}

/** Characters at the end of what it says that are looked through for what ssh has to say. */
const MOST_SAID = 8192;

const UNITS: Readonly<Record<string, number>> = { bytes: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Where nobody is there to be asked. What is secret is in the environment, which only this user can read. */
function environment(url: string, credentials: Credentials): Record<string, string> {
  const allowed = authorization(credentials);
  const settings: [string, string][] = [['safe.directory', '*']];
  if (allowed !== undefined && /^https?:/.test(url)) {
    const server = `http.${new URL(url).origin}/`;
    settings.push([`${server}.extraHeader`, `Authorization: ${allowed}`]);
    // git takes the header along to wherever it is redirected, also to another server.
    settings.push([`${server}.followRedirects`, 'false']);
  }
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_ALLOW_PROTOCOL: 'git:http:https:ssh:file',
    GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(settings.map(([key], index) => [`GIT_CONFIG_KEY_${index}`, key])),
    ...Object.fromEntries(settings.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
  };
}
