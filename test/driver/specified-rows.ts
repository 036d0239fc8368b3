import { groupId, snapshotId, volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import type { ServiceName } from '../../src/csi/server/load-services.ts';
import { mount, volumeRequest } from '../support/controller.ts';

/** For one RPC: a request that succeeds, the fields without which it does not, and other changes with their codes. */
export interface Row {
  readonly good: object;
  readonly required: readonly string[];
  readonly changes?: readonly (readonly [change: object, code: string])[];
}

const id = volumeId('v');
const foreign = { volumeId: 'not-ours' };
const unknown = { volumeId: volumeId('never') };
const volumeCapability = mount();
const source = (message: object) => ({ volumeContentSource: message });
const size = (requiredBytes: number | string, limitBytes: number | string = 0) => ({
  capacityRange: { requiredBytes, limitBytes },
});
const badCapabilities = [{}, { mount: {} }, { accessMode: { mode: 1 } }, { mount: {}, accessMode: { mode: 99 } }];
const shared = { mount: {}, accessMode: { mode: 'MULTI_NODE_MULTI_WRITER' } };
const pages = [
  [{ maxEntries: -1 }, 'INVALID_ARGUMENT'],
  [{ startingToken: 'nonsense' }, 'ABORTED'],
] as const;

/** The specification's error tables, and what it says of required fields. */
export function specifiedRows(at: (name: string) => string): Partial<Record<ServiceName, Record<string, Row>>> {
  const [staging, target] = [at('v-staging'), at('v-target')];
  const badPaths = (field: string) =>
    ['relative', '/a/../b', `${target}\0`, `/${'x'.repeat(5000)}`].map(
      (path) => [{ [field]: path }, 'INVALID_ARGUMENT'] as const,
    );
  const asked = (code: string) =>
    [
      [foreign, code],
      [unknown, code],
    ] as const;
  return {
    'csi.v1.Controller': {
      CreateVolume: {
        good: volumeRequest('v', size(16 * MiB)),
        required: ['name', 'volumeCapabilities'],
        changes: [
          ...badCapabilities.map((capability) => [{ volumeCapabilities: [capability] }, 'INVALID_ARGUMENT'] as const),
          [{ volumeCapabilities: [shared] }, 'INVALID_ARGUMENT'],
          [{ name: 'x'.repeat(129) }, 'INVALID_ARGUMENT'],
          [{ name: 'new', parameters: { colour: 'red' } }, 'INVALID_ARGUMENT'],
          [{ name: 'new', mutableParameters: { colour: 'red' } }, 'INVALID_ARGUMENT'],
          [{ name: 'new', ...source({ snapshot: { snapshotId: snapshotId('never') } }) }, 'NOT_FOUND'],
          [{ name: 'new', ...source({ volume: foreign }) }, 'NOT_FOUND'],
          [{ name: 'new', ...source({ volume: {} }) }, 'INVALID_ARGUMENT'],
          [{ name: 'new', ...source({}) }, 'INVALID_ARGUMENT'],
          [{ name: 'new', ...source({ volume: { volumeId: id } }), ...size(8 * MiB) }, 'OUT_OF_RANGE'],
          [size(32 * MiB), 'ALREADY_EXISTS'],
          [{ name: 'new', ...size(32 * MiB, 16 * MiB) }, 'OUT_OF_RANGE'],
          [{ name: 'new', ...size('9223372036854775807') }, 'OUT_OF_RANGE'],
          [{ name: 'new', ...size(-1) }, 'INVALID_ARGUMENT'],
          [{ name: 'new', ...size(10 * 1024 * 1024 * MiB) }, 'RESOURCE_EXHAUSTED'],
        ],
      },
      DeleteVolume: {
        good: unknown,
        required: ['volumeId'],
        changes: [
          [foreign, 'OK'],
          [{ volumeId: id }, 'FAILED_PRECONDITION'],
        ],
      },
      ControllerPublishVolume: {
        good: { volumeId: id, nodeId: 'node-1', volumeCapability },
        required: ['volumeId', 'nodeId', 'volumeCapability'],
        changes: [
          ...asked('NOT_FOUND'),
          [{ nodeId: 'never' }, 'NOT_FOUND'],
          [{ readonly: true }, 'ALREADY_EXISTS'],
          [{ volumeCapability: shared }, 'INVALID_ARGUMENT'],
        ],
      },
      ControllerUnpublishVolume: {
        good: { volumeId: id, nodeId: 'node-1' },
        required: ['volumeId'],
        changes: asked('OK'),
      },
      ValidateVolumeCapabilities: {
        good: { volumeId: id, volumeCapabilities: [volumeCapability] },
        required: ['volumeId', 'volumeCapabilities'],
        changes: asked('NOT_FOUND'),
      },
      ListVolumes: { good: {}, required: [], changes: pages },
      ControllerListVolumeHealth: { good: {}, required: [], changes: pages },
      ControllerGetVolume: { good: { volumeId: id }, required: ['volumeId'], changes: asked('NOT_FOUND') },
      ControllerGetVolumeHealth: { good: { volumeId: id }, required: ['volumeId'], changes: asked('NOT_FOUND') },
      GetCapacity: { good: {}, required: [], changes: [[{ volumeCapabilities: [{}] }, 'INVALID_ARGUMENT']] },
      CreateSnapshot: {
        good: { name: 'cut', sourceVolumeId: id },
        required: ['name', 'sourceVolumeId'],
        changes: [
          [{ name: 'new', sourceVolumeId: 'not-ours' }, 'NOT_FOUND'],
          [{ sourceVolumeId: volumeId('other') }, 'ALREADY_EXISTS'],
          [{ name: 'new', parameters: { colour: 'red' } }, 'INVALID_ARGUMENT'],
        ],
      },
      DeleteSnapshot: {
        good: { snapshotId: snapshotId('never') },
        required: ['snapshotId'],
        changes: [[{ snapshotId: 'not-ours' }, 'OK']],
      },
      ListSnapshots: {
        good: { snapshotId: snapshotId('never') },
        required: [],
        changes: [...pages, [{ sourceVolumeId: 'not-ours' }, 'OK']],
      },
      GetSnapshot: {
        good: { snapshotId: snapshotId('cut') },
        required: ['snapshotId'],
        changes: [[{ snapshotId: 'not-ours' }, 'NOT_FOUND']],
      },
      ControllerExpandVolume: {
        good: { volumeId: id, ...size(16 * MiB) },
        required: ['volumeId', 'capacityRange'],
        changes: [
          ...asked('NOT_FOUND'),
          [size('9223372036854775807'), 'OUT_OF_RANGE'],
          [size(4 * MiB, 8 * MiB), 'OUT_OF_RANGE'],
          [size(-5), 'INVALID_ARGUMENT'],
        ],
      },
      ControllerModifyVolume: {
        good: { volumeId: id, mutableParameters: { 'tag.a': 'b' } },
        required: ['volumeId', 'mutableParameters'],
        changes: [...asked('NOT_FOUND'), [{ mutableParameters: { colour: 'red' } }, 'INVALID_ARGUMENT']],
      },
    },
    'csi.v1.GroupController': {
      CreateVolumeGroupSnapshot: {
        good: { name: 'cuts', sourceVolumeIds: [id] },
        required: ['name', 'sourceVolumeIds'],
        changes: [
          [{ name: 'new', sourceVolumeIds: [id, 'not-ours'] }, 'NOT_FOUND'],
          [{ sourceVolumeIds: [volumeId('other')] }, 'ALREADY_EXISTS'],
        ],
      },
      DeleteVolumeGroupSnapshot: {
        good: { groupSnapshotId: groupId('never'), snapshotIds: [snapshotId('never')] },
        required: ['groupSnapshotId'],
        changes: [[{ groupSnapshotId: groupId('cuts') }, 'INVALID_ARGUMENT']],
      },
      GetVolumeGroupSnapshot: {
        good: { groupSnapshotId: groupId('cuts'), snapshotIds: [snapshotId(`${groupId('cuts')}/${id}`)] },
        required: ['groupSnapshotId', 'snapshotIds'],
        changes: [
          [{ groupSnapshotId: groupId('never') }, 'NOT_FOUND'],
          [{ snapshotIds: [snapshotId('never')] }, 'INVALID_ARGUMENT'],
        ],
      },
    },
    'csi.v1.Node': {
      NodeStageVolume: {
        good: { volumeId: id, stagingTargetPath: staging, volumeCapability },
        required: ['volumeId', 'stagingTargetPath', 'volumeCapability'],
        changes: [
          ...asked('NOT_FOUND'),
          ...badPaths('stagingTargetPath'),
          [{ volumeCapability: mount('MULTI_NODE_READER_ONLY') }, 'ALREADY_EXISTS'],
          [{ stagingTargetPath: at('other') }, 'FAILED_PRECONDITION'],
          [{ volumeCapability: { block: {}, accessMode: { mode: 1 } } }, 'FAILED_PRECONDITION'],
        ],
      },
      NodePublishVolume: {
        good: { volumeId: id, stagingTargetPath: staging, targetPath: target, volumeCapability },
        required: ['volumeId', 'targetPath', 'volumeCapability'],
        changes: [
          ...asked('NOT_FOUND'),
          ...badPaths('targetPath'),
          [{ stagingTargetPath: '' }, 'FAILED_PRECONDITION'],
          [{ readonly: true }, 'ALREADY_EXISTS'],
          [{ targetPath: at('other') }, 'FAILED_PRECONDITION'],
        ],
      },
      NodeGetVolumeStats: {
        good: { volumeId: id, volumePath: target },
        required: ['volumeId', 'volumePath'],
        changes: [...asked('NOT_FOUND'), [{ volumePath: at('other') }, 'NOT_FOUND']],
      },
      NodeGetVolumeHealth: { good: { volumeId: id }, required: ['volumeId'], changes: asked('NOT_FOUND') },
      NodeExpandVolume: {
        good: { volumeId: id, volumePath: target },
        required: ['volumeId', 'volumePath'],
        changes: [...asked('NOT_FOUND'), [{ volumePath: at('other') }, 'NOT_FOUND'], [size(32 * MiB), 'OUT_OF_RANGE']],
      },
      NodeUnpublishVolume: {
        good: { volumeId: volumeId('never'), targetPath: at('nothing') },
        required: ['volumeId', 'targetPath'],
        changes: badPaths('targetPath'),
      },
      NodeUnstageVolume: {
        good: { volumeId: volumeId('never'), stagingTargetPath: at('nothing') },
        required: ['volumeId', 'stagingTargetPath'],
        changes: [
          ...badPaths('stagingTargetPath'),
          [{ volumeId: id, stagingTargetPath: staging }, 'FAILED_PRECONDITION'],
        ],
      },
    },
  };
}
