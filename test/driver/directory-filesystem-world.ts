import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeCapability } from '../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { killProcess, processesMarked, type MarkedProcess } from '../../src/host/processes.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { gocryptfs } from '../support/registered-filesystems.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';

export const host = linuxHost();

/** What a kubelet does with one volume of a registered filesystem, at places below `directory`. */
export interface Use {
  readonly directory: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly capability?: VolumeCapability;
}

/** A driver on a directory of its own, and the one volume that is used. */
export interface World {
  readonly directory: TemporaryDirectory;
  readonly driver: TestDriver;
  readonly use: Use;
}

export const SECRETS = { key: `key-${randomUUID()}` };
export const PLAIN = `plain text ${randomUUID()}`;
export const OPTIONS = { filesystems: [gocryptfs] };

/** With a volume of gocryptfs. */
export async function startVault(): Promise<World> {
  const directory = temporaryDirectory('tome-vault');
  const driver = await startDriver(directory.path, OPTIONS);
  const parameters = { filesystem: 'gocryptfs' };
  const use = { directory: directory.path, name: 'vault', parameters, secrets: SECRETS };
  await create(driver, use);
  return { directory, driver, use };
}

/** Throws when a mount, a loop device or a process was left. */
export async function endWorld({ directory, driver, use }: World): Promise<void> {
  await driver.close();
  const servers = serversOf(use);
  for (const { pid } of servers) process.kill(pid, 'SIGKILL');
  await directory.cleanUpUnused();
  if (servers.length > 0) throw new Error(`${servers.length} processes that serve the volume were left`);
}

export const stagingOf = ({ directory, name }: Use) => join(directory, 'use', `${name}-staging`);
export const targetOf = ({ directory, name }: Use, pod = 'pod') => join(directory, 'use', `${name}-${pod}`);
/** Where the driver has mounted it. */
export const mountOf = ({ directory, name }: Use) => join(directory, 'state/mounts', volumeId(name));

function capabilityOf({ capability }: Use): VolumeCapability {
  return capability ?? mount('SINGLE_NODE_MULTI_WRITER');
}

export async function create({ controller }: TestDriver, use: Use): Promise<void> {
  const { parameters, name } = use;
  const volumeCapabilities = [capabilityOf(use)];
  const capacityRange = { requiredBytes: 64 * MiB };
  await controller.createVolume(
    volumeRequest(name, { parameters: { ...parameters }, volumeCapabilities, capacityRange }),
  );
}

export async function stage({ node }: TestDriver, use: Use, secrets = use.secrets ?? {}): Promise<void> {
  await host.files.makeDirectory(join(use.directory, 'use'));
  await node.nodeStageVolume({
    volumeId: volumeId(use.name),
    stagingTargetPath: stagingOf(use),
    volumeCapability: capabilityOf(use),
    secrets: { ...secrets },
  });
}

export async function publish({ node }: TestDriver, use: Use, pod?: string): Promise<string> {
  const targetPath = targetOf(use, pod);
  await node.nodePublishVolume({
    volumeId: volumeId(use.name),
    stagingTargetPath: stagingOf(use),
    targetPath,
    volumeCapability: capabilityOf(use),
  });
  return targetPath;
}

export async function unpublish({ node }: TestDriver, use: Use, pod?: string): Promise<void> {
  await node.nodeUnpublishVolume({ volumeId: volumeId(use.name), targetPath: targetOf(use, pod) });
}

export async function unstage({ node }: TestDriver, use: Use): Promise<void> {
  await node.nodeUnstageVolume({ volumeId: volumeId(use.name), stagingTargetPath: stagingOf(use) });
}

export async function healthOf({ node }: TestDriver, { name }: Use): Promise<readonly string[]> {
  const { volumeHealth } = await node.nodeGetVolumeHealth({ volumeId: volumeId(name) });
  return volumeHealth?.healthStatuses.map(({ status, reason }) => `${status} ${reason}`) ?? [];
}

/** What serves the volume's mount. */
export function serversOf(use: Use): readonly MarkedProcess[] {
  return processesMarked(`TOME_MOUNT=${mountOf(use)}`);
}

/** As an administrator, or the kernel without memory, ends it. Returns when the mount is dead. */
export async function killServers(use: Use): Promise<void> {
  for (const server of serversOf(use)) killProcess(server);
  await until(() =>
    host.files.usage(mountOf(use)).then(
      () => false,
      () => true,
    ),
  );
}

/** Files below a directory that have this text in them, without crossing into other filesystems. */
export function grep(text: string, below: string): string {
  try {
    const options = ['-xdev', '-type', 'f', '-exec', 'grep', '-lF', '--', text, '{}', '+'];
    return execFileSync('find', [below, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** The argument vectors of all processes, one a line. */
export async function allArguments(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n').replaceAll('\0', ' ');
}
