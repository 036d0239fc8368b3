import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import type { AccessMode } from '../../src/domain/access.ts';
import { groupId, memberSnapshotId, snapshotId, templateId, volumeId } from '../../src/domain/ids.ts';
import type { VolumeCapability } from '../../src/csi/gen/csi/v1/VolumeCapability.ts';
import { MiB } from '../../src/domain/sizes.ts';
import type { TestDriver } from '../support/driver.ts';
import { refusalOf } from '../support/refusal.ts';

export interface VolumeShape {
  /** `block` for a raw device. */
  readonly fsType?: string;
  /** Bytes. */
  readonly size?: number;
  readonly parameters?: Record<string, string>;
  readonly clone?: string;
  readonly restore?: string;
  readonly template?: string;
}

export interface NodeWish {
  readonly fsType?: string;
  readonly mode?: AccessMode;
  readonly readOnly?: boolean;
}

/** What an orchestrator asks of the driver, by the names of volumes; each has its own staging and target paths. */
export class Orchestrator {
  readonly #clients: () => TestDriver;
  readonly #directory: string;

  constructor(directory: string, clients: () => TestDriver) {
    this.#directory = directory;
    this.#clients = clients;
  }

  /** Paths below the test's directory. */
  stagingOf(name: string): string {
    return join('node', name, 'staging');
  }

  targetOf(name: string): string {
    return join('node', name, 'target');
  }

  createVolume(name: string, shape: VolumeShape = {}) {
    const { fsType = 'ext4', size = 64 * MiB, clone, restore } = shape;
    const parameters = { ...shape.parameters, ...(shape.template !== undefined && { template: shape.template }) };
    const source = clone === undefined ? {} : { volumeContentSource: { volume: { volumeId: volumeId(clone) } } };
    const cut = restore === undefined ? {} : { volumeContentSource: { snapshot: { snapshotId: snapshotId(restore) } } };
    return this.#clients().controller.createVolume({
      name,
      capacityRange: { requiredBytes: size },
      volumeCapabilities: [capability({ fsType })],
      parameters,
      ...source,
      ...cut,
    });
  }

  deleteVolume(name: string) {
    return this.#clients().controller.deleteVolume({ volumeId: volumeId(name) });
  }

  attach(name: string) {
    return this.#clients().controller.controllerPublishVolume({
      volumeId: volumeId(name),
      nodeId: 'node-1',
      volumeCapability: capability({}),
    });
  }

  detach(name: string) {
    return this.#clients().controller.controllerUnpublishVolume({ volumeId: volumeId(name), nodeId: 'node-1' });
  }

  expand(name: string, requiredBytes: number) {
    return this.#clients().controller.controllerExpandVolume({
      volumeId: volumeId(name),
      capacityRange: { requiredBytes },
    });
  }

  modify(name: string, mutableParameters: Record<string, string>) {
    return this.#clients().controller.controllerModifyVolume({ volumeId: volumeId(name), mutableParameters });
  }

  createSnapshot(name: string, volume: string) {
    return this.#clients().controller.createSnapshot({ name, sourceVolumeId: volumeId(volume) });
  }

  deleteSnapshot(name: string) {
    return this.#clients().controller.deleteSnapshot({ snapshotId: snapshotId(name) });
  }

  createGroup(name: string, volumes: readonly string[]) {
    return this.#clients().group.createVolumeGroupSnapshot({ name, sourceVolumeIds: volumes.map(volumeId) });
  }

  deleteGroup(name: string, volumes: readonly string[]) {
    const groupSnapshotId = groupId(name);
    const snapshotIds = volumes.map((volume) => memberSnapshotId(groupSnapshotId, volumeId(volume)));
    return this.#clients().group.deleteVolumeGroupSnapshot({ groupSnapshotId, snapshotIds });
  }

  createTemplate(name: string, source: { volume?: string; snapshot?: string; convert?: boolean }) {
    const { volume, snapshot, convert = false } = source;
    const of = volume === undefined ? { snapshotId: snapshotId(snapshot ?? '') } : { volumeId: volumeId(volume) };
    return this.#clients().admin.createTemplates({ templates: [{ name, ...of }], convert });
  }

  /** Of several volumes, each called by its volume, with `t-` before it. */
  createTemplates(volumes: readonly string[], convert: boolean) {
    const templates = volumes.map((name) => ({ name: `t-${name}`, volumeId: volumeId(name) }));
    return this.#clients().admin.createTemplates({ templates, convert });
  }

  deleteTemplate(name: string) {
    return this.#clients().admin.deleteTemplate({ templateId: templateId(name) });
  }

  stage(name: string, wish: NodeWish = {}) {
    return this.#clients().node.nodeStageVolume({
      volumeId: volumeId(name),
      stagingTargetPath: join(this.#directory, this.stagingOf(name)),
      volumeCapability: capability(wish),
      publishContext: wish.readOnly === true ? { readOnly: 'true' } : {},
    });
  }

  unstage(name: string) {
    const stagingTargetPath = join(this.#directory, this.stagingOf(name));
    return this.#clients().node.nodeUnstageVolume({ volumeId: volumeId(name), stagingTargetPath });
  }

  publish(name: string, wish: NodeWish = {}, targetPath: string = this.targetOf(name)) {
    return this.#clients().node.nodePublishVolume({
      volumeId: volumeId(name),
      stagingTargetPath: join(this.#directory, this.stagingOf(name)),
      targetPath: join(this.#directory, targetPath),
      volumeCapability: capability(wish),
      readonly: wish.readOnly ?? false,
    });
  }

  unpublish(name: string, targetPath: string = this.targetOf(name)) {
    return this.#clients().node.nodeUnpublishVolume({
      volumeId: volumeId(name),
      targetPath: join(this.#directory, targetPath),
    });
  }

  expandOnNode(name: string) {
    const volumePath = join(this.#directory, this.stagingOf(name));
    return this.#clients().node.nodeExpandVolume({ volumeId: volumeId(name), volumePath });
  }
}

function capability({ fsType = 'ext4', mode = 'SINGLE_NODE_WRITER' }: NodeWish): VolumeCapability {
  const accessMode = { mode };
  return fsType === 'block' ? { block: {}, accessMode } : { mount: { fsType }, accessMode };
}

const TRIES = 20;

/** As orchestrators do: again while the driver says that it is not done yet. */
export async function untilDone(call: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = call();
    const refusal = await answer.then(
      () => undefined,
      () => refusalOf(answer),
    );
    if (refusal === undefined) return;
    if (tries === TRIES || ![status.ABORTED, status.UNAVAILABLE].some((code) => status[code] === refusal.code)) {
      throw new Error(`${refusal.code}: ${refusal.message}`);
    }
  }
}
