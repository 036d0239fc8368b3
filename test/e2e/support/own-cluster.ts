import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { settings } from './settings.ts';

const execute = promisify(execFile);

/** A command of the project's own cluster, for what no API can do: stop the API server, take a node's power away. */
export async function cluster(...args: readonly string[]): Promise<string> {
  if (settings.cluster === undefined) throw new Error('this needs the own cluster of npm run e2e');
  const { stdout } = await execute(settings.cluster, [...args], { timeout: 180_000 });
  return stdout.trim();
}

/** Tests that only the own cluster can have; elsewhere they say that they are left out. */
export function describeOnOwnCluster(title: string, define: (this: Mocha.Suite) => void): void {
  if (settings.cluster === undefined) console.log(`Left out, as they need a cluster of their own: ${title}`);
  else describe(title, define);
}
