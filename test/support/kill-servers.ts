import { readdir, readFile, readlink } from 'node:fs/promises';
import { until } from './until.ts';

/** The processes that have one of these files open, by their descriptors. */
export async function openers(paths: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (links.some((link) => paths.includes(link))) found.push(Number(pid));
  }
  return found;
}

/** SIGKILL for the programs that serve filesystems on these devices; returns when they have ended. */
export async function killServers(devices: readonly string[]): Promise<void> {
  for (const pid of await openers(devices)) {
    process.kill(pid, 'SIGKILL');
    const hasEnded = async () => / [ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' X '));
    await until(hasEnded);
  }
}
