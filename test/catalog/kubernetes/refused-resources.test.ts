import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { groupId, snapshotId, volumeId } from '../../../src/domain/ids.ts';
import { groupSpec, poolSpec, snapshotSpec, volumeSpec } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld } from './world.ts';

const id = volumeId('one');
const writer = (nodeName: string) => ({ nodeName, readOnly: false, accessMode: 'SINGLE_NODE_WRITER' });
const reader = (nodeName: string) => ({ ...writer(nodeName), readOnly: true });

/** All that a person must write for a managed volume. */
const byHand = (spec: object = {}, managed: object = {}) => ({
  pool: 'node-a.managed',
  managed: { hostPath: '/srv/a', ...managed },
  ...spec,
});

/** What a person might apply by hand: the kind, the name, the spec, and what the server says of it. */
const creations: readonly [string, string, object, string][] = [
  ['volumes', 'data', volumeSpec(), 'a Volume is named vol- and 32 hexadecimal digits'],
  ['volumes', id, { ...volumeSpec(), size: undefined }, 'a volume has at least 4096 bytes'],
  ['volumes', id, { ...volumeSpec(), uuid: undefined }, 'spec.name and spec.uuid are missing'],
  ['volumes', id, { ...volumeSpec(), uuid: 'mine' }, 'spec.uuid in body should match'],
  ['volumes', id, { ...volumeSpec(), size: '10Gi' }, 'spec.size in body must be of type integer'],
  ['volumes', id, { ...volumeSpec(), size: 5000 }, 'spec.size in body should be a multiple of 4096'],
  ['volumes', id, { ...volumeSpec(), size: 0 }, 'a volume has at least 4096 bytes'],
  ['volumes', id, { ...volumeSpec(), volumeMode: 'block' }, 'spec.volumeMode: Unsupported value: "block"'],
  ['volumes', id, { ...volumeSpec(), volumeMode: 'Block' }, 'a block volume has no filesystem'],
  ['volumes', id, { ...volumeSpec(), provisionning: 'thin' }, 'unknown field "spec.provisionning"'],
  ['volumes', id, { ...volumeSpec(), attachments: [writer('a'), writer('b')] }, 'one writer or many readers'],
  ['volumes', id, { ...volumeSpec(), attachments: [writer('a'), reader('b')] }, 'one writer or many readers'],
  ['volumes', id, { ...volumeSpec(), attachments: [reader('a'), reader('a')] }, 'Duplicate value'],
  ['volumes', id, { ...volumeSpec(), pool: '' }, 'spec.pool in body should be at least 1 chars long'],
  ['volumes', id, { ...volumeSpec(), tags: { tier: 1 } }, 'spec.tags.tier in body must be of type string'],
  ['volumes', 'managed-a', volumeSpec(), 'a Volume is named vol- and 32 hexadecimal digits'],
  ['volumes', id, { ...volumeSpec(), pool: 'node-a.managed' }, 'the pools of managed volumes, and no others'],
  ['volumes', 'managed-Photos', byHand(), 'metadata.name: Invalid value'],
  ['volumes', 'photos', byHand(), 'a managed one that a person makes: managed- and a name'],
  ['volumes', 'managed-a', byHand({ size: 4096 }), 'a managed volume has no size'],
  ['volumes', 'managed-a', byHand({ fsType: 'ext4' }), 'nothing is made for a managed volume'],
  ['volumes', 'managed-a', byHand({ volumeMode: 'Block' }), 'nothing is made for a managed volume'],
  ['volumes', 'managed-a', byHand({ mkfsOptions: ['-m'] }), 'nothing is made for a managed volume'],
  ['volumes', 'managed-a', byHand({ source: { kind: 'volume', id } }), 'a managed volume is the directory as it is'],
  ['volumes', 'managed-a', byHand({ pool: 'node-a.default' }), 'the pools of managed volumes, and no others'],
  ['volumes', 'managed-a', byHand({ pool: undefined }), 'spec.pool: Required value'],
  ['volumes', 'managed-a', byHand({}, { uid: -1 }), 'spec.managed.uid in body should be greater than or equal to 0'],
  ['volumes', 'managed-a', byHand({}, { gid: 2 ** 32 - 1 }), 'spec.managed.gid in body should be less than or equal'],
  ['volumes', 'managed-a', byHand({}, { hostPath: undefined }), 'spec.managed.hostPath: Required value'],
  ...['', '/', 'srv', 'srv/a', '/srv/', '/srv//a', '/srv/a:b', '/srv/a\nb', '/srv/a\x7fb'].map(
    (hostPath): (typeof creations)[number] => [
      'volumes',
      'managed-a',
      byHand({}, { hostPath }),
      'spec.managed.hostPath in body should match',
    ],
  ),
  ...['/srv/..', '/../srv', '/srv/../etc', '/srv/.', '/./srv'].map((hostPath): (typeof creations)[number] => [
    'volumes',
    'managed-a',
    byHand({}, { hostPath }),
    'the path of a managed volume has no . or .. in it',
  ]),
  [
    'snapshots',
    id,
    snapshotSpec(),
    'a Snapshot is named snap-, and one that is a template tmpl-, and 32 hexadecimal digits',
  ],
  [
    'snapshots',
    snapshotId('one'),
    { ...snapshotSpec(), sourceVolumeId: 'pvc-1' },
    'spec.sourceVolumeId in body should match',
  ],
  ['snapshotgroups', id, groupSpec(), 'a SnapshotGroup is named group- and 32 hexadecimal digits'],
  ['pools', 'default', poolSpec, 'a Pool is named after its node and itself'],
  ['pools', 'node-a.other', poolSpec, 'a Pool is named after its node and itself'],
  ['pools', 'node-a.Default', poolSpec, 'metadata.name: Invalid value'],
];

/** What a person might change of a resource that is there. */
const changes: readonly [string, object, string][] = [
  ['volumes', { uuid: randomUUID() }, "the volume's uuid cannot change"],
  ['volumes', { name: 'other' }, "the volume's name cannot change"],
  ['volumes', { pool: 'node-b.default' }, 'the pool that has the image cannot change'],
  ['volumes', { volumeMode: 'Block' }, 'the volume mode cannot change'],
  ['volumes', { fsType: 'xfs' }, 'the filesystem cannot change'],
  ['volumes', { fsType: null }, 'the filesystem cannot change'],
  ['volumes', { source: { kind: 'volume', id } }, 'what the volume was copied from cannot change'],
  ['volumes', { parameters: { fsType: 'xfs' } }, 'parameters cannot change'],
  ['volumes', { size: 4096 }, 'a volume never becomes smaller'],
  ['volumes', { revision: 0 }, 'the revision only rises'],
  ['volumes', { desired: 'Gone' }, 'spec.desired: Unsupported value: "Gone"'],
  ['volumes', { attachments: [writer('a'), writer('b')] }, 'one writer or many readers'],
  ['volumes', { managed: { hostPath: '/srv/b' } }, 'the directory that the volume is cannot change'],
  ['volumes', { sharing: 'many' }, 'who may share the volume cannot change'],
  ['volumes', { arguments: { bucket: 'b' } }, 'the arguments of the filesystem cannot change'],
  ['snapshots', { pool: 'node-b.default' }, 'the pool that has the image cannot change'],
  ['snapshots', { sourceVolumeId: volumeId('x') }, 'the volume that a snapshot is of cannot change'],
  ['snapshots', { groupId: groupId('g') }, 'the group that a snapshot is part of cannot change'],
  ['snapshotgroups', { members: [] }, 'the snapshots of a group cannot change'],
  ['pools', { name: 'other' }, "a pool's name cannot change"],
];

describeInWorld('a resource that is wrong', (world) => {
  it('is refused on apply, and the message says why', async () => {
    for (const [plural, name, spec, message] of creations) {
      const refusal = await world()
        .kubectl.create(plural, { metadata: { name }, spec })
        .then(() => 'accepted', String);
      expect(refusal, `${plural} ${JSON.stringify(spec)}`).to.contain(message);
    }
  });

  it('cannot be made of a good one', async () => {
    const { kubectl } = world();
    const member = { sourceVolumeId: id, snapshotId: snapshotId('one'), uuid: randomUUID() };
    const names: Record<string, string> = {
      volumes: id,
      snapshots: snapshotId('one'),
      snapshotgroups: groupId('one'),
      pools: 'node-a.default',
    };
    const specs = {
      volumes: volumeSpec(),
      snapshots: snapshotSpec(),
      snapshotgroups: groupSpec({ members: [member] }),
      pools: poolSpec,
    };
    for (const [plural, spec] of Object.entries(specs)) {
      await kubectl.create(plural, { metadata: { name: names[plural] }, spec });
    }
    for (const [plural, spec, message] of changes) {
      const refusal = await kubectl.patch(plural, names[plural] ?? '', { spec }).then(() => 'accepted', String);
      expect(refusal, `${plural} ${JSON.stringify(spec)}`).to.contain(message);
    }
  });

  it('can be put back to the size that the image has, when it could not grow', async () => {
    const { kubectl } = world();
    await kubectl.create('volumes', { metadata: { name: id }, spec: volumeSpec({ size: 8192 }) });
    await kubectl.patch('volumes', id, { status: { size: 8192, ready: true, observedRevision: 1 } }, 'status');
    await kubectl.patch('volumes', id, { spec: { size: 16384 } });
    expect(String(await errorOf(kubectl.patch('volumes', id, { spec: { size: 4096 } })))).to.contain(
      'never becomes smaller',
    );
    expect((await kubectl.patch('volumes', id, { spec: { size: 8192 } })).spec).to.include({ size: 8192 });
  });
});
