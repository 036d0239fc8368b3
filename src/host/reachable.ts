import { spawn, type StdioOptions } from 'node:child_process';
import { posix } from 'node:path';
import { HostError } from './host-error.ts';

const TIMEOUT_MS = 30_000;

/**
 * The first directory on the way to `path`, or that itself, which this user of the host may not enter; undefined when
 * all is open to him. Asked of the kernel by a process that is this user and in no other group, so access lists and what
 * else decides count too. Throws HostError when that process cannot be started.
 */
export async function firstClosedTo(path: string, user: { uid: number; gid: number }): Promise<string | undefined> {
  if (await mayEnter(path, user)) return undefined;
  for (const parent of parentsOf(path)) {
    if (!(await mayEnter(parent, user))) return parent;
  }
  return path;
}

/**
 * Whether this user of the host may write to a directory; of one that is open, whatever its name leads to by now. As
 * `firstClosedTo` asks.
 */
export async function mayWrite(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  const pinned = /^\/proc\/self\/fd\/(\d+)\/\.$/.exec(path)?.[1];
  if (pinned === undefined) return ask('-w', path, user);
  return ask('-w', '/proc/self/fd/3/.', user, Number(pinned));
}

/** From `/` on. */
function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let parent = posix.dirname(path); ; parent = posix.dirname(parent)) {
    parents.unshift(parent);
    if (parent === '/') return parents;
  }
}

function mayEnter(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  return ask('-x', path, user);
}

/** An absolute path is never taken for an option or operator. The open file is the process's descriptor 3. */
function ask(
  what: '-x' | '-w',
  path: string,
  { uid, gid }: { uid: number; gid: number },
  open?: number,
): Promise<boolean> {
  const doing = `ask as user ${uid}:${gid} whether ${path} is open to it`;
  const stdio: StdioOptions = ['ignore', 'ignore', 'ignore', ...(open === undefined ? [] : [open])];
  return new Promise((resolve, reject) => {
    const child = spawn('test', [what, path], {
      uid,
      gid,
      cwd: '/',
      stdio,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => {
      reject(new HostError('EXIT', `${doing}: ${error.message}`, { cause: error }));
    });
    child.once('exit', (code, signal) => {
      if (code === 0 || code === 1) resolve(code === 0);
      else reject(new HostError('EXIT', `${doing}: test ended with ${String(code ?? signal)}`));
    });
  });
}
