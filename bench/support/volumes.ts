import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchServer } from './server.ts';

const GiB = 1024 ** 3;

export const ext4Capability = {
  mount: { fsType: 'ext4', mountFlags: [], volumeMountGroup: '' },
  accessMode: { mode: 'SINGLE_NODE_SINGLE_WRITER' as const },
};

/** Creates a 1 GiB ext4 volume and gives its id. */
export async function create(server: BenchServer, name: string, more: object = {}): Promise<string> {
  const capacityRange = { requiredBytes: GiB, limitBytes: 0 };
  const request = { name, capacityRange, volumeCapabilities: [ext4Capability], ...more };
  const { volume } = await server.controller.createVolume(request);
  return volume?.volumeId ?? '';
}

export interface Paths {
  readonly staging: string;
  readonly target: string;
}

/** A staging directory as the kubelet makes it, and a target path that does not exist yet. */
export async function makePaths(directory: string, name: string): Promise<Paths> {
  const staging = join(directory, `${name}-staging`);
  await mkdir(staging, { recursive: true });
  return { staging, target: join(directory, `${name}-target`) };
}

/** Stages and publishes for writing. */
export async function mount({ node }: BenchServer, volumeId: string, { staging, target }: Paths): Promise<void> {
  const common = { volumeId, stagingTargetPath: staging, volumeCapability: ext4Capability };
  await node.nodeStageVolume(common);
  await node.nodePublishVolume({ ...common, targetPath: target, readonly: false });
}

/** Unpublishes and unstages. */
export async function unmount({ node }: BenchServer, volumeId: string, { staging, target }: Paths): Promise<void> {
  await node.nodeUnpublishVolume({ volumeId, targetPath: target });
  await node.nodeUnstageVolume({ volumeId, stagingTargetPath: staging });
}

/** Everything that happens to a volume in its life, without an attach. */
export async function cycle(server: BenchServer, name: string, paths: Paths): Promise<void> {
  const volumeId = await create(server, name);
  await mount(server, volumeId, paths);
  await unmount(server, volumeId, paths);
  await server.controller.deleteVolume({ volumeId });
}
