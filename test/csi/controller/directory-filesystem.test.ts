import { expect } from 'chai';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { GiB, TiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { registrationSchema } from '../../../src/filesystem/registered/registration.ts';
import {
  block,
  madeVolume,
  mount,
  startController,
  volumeRequest,
  type TestController,
} from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

const hooks = { mount: { command: ['true'] } };

const REGISTERED = [
  { name: 'vault', kind: 'directory', hooks },
  {
    name: 'objects',
    kind: 'directory',
    stores: 'elsewhere',
    sharing: 'many',
    arguments: { class: { pattern: '[a-z]+', default: 'cold' }, team: { pattern: '[a-z]+' } },
    hooks,
  },
].map((registration) => registrationSchema.parse(registration));

const OBJECTS = { filesystem: 'objects', 'arg.team': 'blue' };

describe('a class that names a registered filesystem of a directory', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController(0, REGISTERED);
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  it('makes volumes of it, with its arguments and their defaults', async () => {
    const vault = await test.catalog.volumes.find(await madeVolume(test, 'v', { parameters: { filesystem: 'vault' } }));
    expect(vault?.spec).to.include({ fsType: 'vault', volumeMode: 'Filesystem', pool: 'a.default', size: GiB });
    expect(vault?.spec).not.to.have.any.keys('arguments', 'sharing');
    const parameters = { ...OBJECTS, sharing: 'many' };
    const volumeCapabilities = [mount('MULTI_NODE_MULTI_WRITER')];
    const objects = await test.catalog.volumes.find(await madeVolume(test, 'o', { parameters, volumeCapabilities }));
    expect(objects?.spec.arguments).to.deep.equal({ class: 'cold', team: 'blue' });
    expect(objects?.spec.sharing).to.equal('many');
    expect(await madeVolume(test, 'o', { parameters, volumeCapabilities })).to.equal(objects?.id);
  });

  it('makes what nodes share in the place that they share, unless the class names a pool or keeps it to one', async () => {
    await test.addPool('shared.objects', { filesystem: 'objects', nodes: ['a', 'b'] });
    const volumeCapabilities = [mount('MULTI_NODE_MULTI_WRITER')];
    const poolOf = async (name: string, more: Record<string, string>, changes: CreateVolumeRequest = {}) => {
      const id = await madeVolume(test, name, { parameters: { ...OBJECTS, ...more }, ...changes });
      return (await test.catalog.volumes.find(id))?.spec.pool;
    };
    expect(await poolOf('many', { sharing: 'many' }, { volumeCapabilities })).to.equal('shared.objects');
    expect(await poolOf('named', { sharing: 'many', pool: 'default' }, { volumeCapabilities })).to.equal('a.default');
    expect(await poolOf('one', {})).to.equal('a.default');
    expect(await test.catalog.volumes.find(await madeVolume(test, 'plain'))).to.have.nested.property(
      'spec.pool',
      'a.default',
    );
  });

  it('has no image that could be allocated later, and takes what else can change', async () => {
    const volumeId = await madeVolume(test, 'v', { parameters: { filesystem: 'vault' } });
    const modify = (mutableParameters: Record<string, string>) =>
      test.controller.controllerModifyVolume({ volumeId, mutableParameters });
    for (const provisioning of ['thick', 'thin']) {
      const refusal = await refusalOf(modify({ provisioning, 'tag.a': 'b' }));
      expect(refusal).to.include({ code: 'INVALID_ARGUMENT' });
      expect(refusal.message).to.contain('no image');
    }
    await modify({ 'tag.a': 'c', exclusive: 'true' });
    const { spec } = (await test.catalog.volumes.find(volumeId)) ?? {};
    expect(spec).to.deep.include({ tags: { a: 'c' }, exclusive: true, provisioning: 'thin' });
  });

  it('has room for any size on the nodes where it can be, when it stores elsewhere', async () => {
    await test.addPool('shared.objects', { filesystem: 'objects', nodes: ['b', 'c'] }, { available: 0, capacity: 0 });
    const capacity = async (node: string | undefined, parameters: Record<string, string>) => {
      const accessibleTopology = node === undefined ? null : topologyOf(node);
      const answer = await test.controller.getCapacity({ parameters, accessibleTopology });
      return [answer.availableCapacity, answer.maximumVolumeSize?.value].map(Number);
    };
    const all = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    expect(await capacity('a', OBJECTS)).to.deep.equal(all);
    expect(await capacity('b', OBJECTS)).to.deep.equal([0, 0]);
    const many = { ...OBJECTS, sharing: 'many' };
    for (const node of ['b', 'c', undefined]) expect(await capacity(node, many), node).to.deep.equal(all);
    expect(await capacity('a', many)).to.deep.equal([0, 0]);
    expect(await capacity('a', { ...many, pool: 'default' })).to.deep.equal(all);
    expect(await capacity('a', { filesystem: 'vault' })).to.deep.equal([100 * GiB, 100 * GiB]);
    await test.setPool('shared.objects', { ready: false });
    expect(await capacity('b', many)).to.deep.equal([0, 0]);
  });

  it('promises the size in the pool, unless the filesystem stores elsewhere', async () => {
    const capacityRange = { requiredBytes: 500 * TiB };
    const vault = volumeRequest('v', { parameters: { filesystem: 'vault' }, capacityRange });
    expect((await refusalOf(test.controller.createVolume(vault))).code).to.equal('OUT_OF_RANGE');
    const half = volumeRequest('v', { parameters: { filesystem: 'vault' }, capacityRange: { requiredBytes: TiB / 2 } });
    expect((await refusalOf(test.controller.createVolume(half))).code).to.equal('RESOURCE_EXHAUSTED');
    const { volume } = await test.controller.createVolume(volumeRequest('o', { parameters: OBJECTS, capacityRange }));
    expect(Number(volume?.capacityBytes)).to.equal(500 * TiB);
  });

  it('grows what is promised, and not what nothing can grow', async () => {
    const vault = await madeVolume(test, 'v', { parameters: { filesystem: 'vault' } });
    const capacityRange = { requiredBytes: 2 * GiB };
    const grown = await test.controller.controllerExpandVolume({ volumeId: vault, capacityRange });
    expect(grown).to.deep.include({ nodeExpansionRequired: true });
    const objects = await madeVolume(test, 'o', { parameters: OBJECTS });
    const refusal = await refusalOf(test.controller.controllerExpandVolume({ volumeId: objects, capacityRange }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('registered without a hook that grows it');
  });

  const writers = [mount('MULTI_NODE_MULTI_WRITER')];
  const refused: readonly [string, CreateVolumeRequest, RegExp][] = [
    ['an unknown one', { parameters: { filesystem: 'none' } }, /choose one of ext4, xfs, btrfs, vault, objects/],
    ['two names', { parameters: { filesystem: 'vault', fsType: 'xfs' } }, /two filesystems: fsType and filesystem/],
    ['a block device', { parameters: { filesystem: 'vault' }, volumeCapabilities: [block()] }, /no block device/],
    ['arguments of a block device', { parameters: { 'arg.a': 'b' }, volumeCapabilities: [block()] }, /leave out/],
    ['an argument it has not', { parameters: { filesystem: 'vault', 'arg.a': 'b' } }, /no argument a/],
    ['no argument where one is needed', { parameters: { filesystem: 'objects' } }, /give arg\.team/],
    ['an argument that is not allowed', { parameters: { ...OBJECTS, 'arg.class': '../x' } }, /must match/],
    ['sharing where it cannot be', { parameters: { filesystem: 'vault', sharing: 'many' } }, /cannot be shared/],
    ['sharing of an image', { parameters: { sharing: 'many' } }, /ext4 cannot be shared/],
    ['several writers without sharing', { parameters: OBJECTS, volumeCapabilities: writers }, /needs writers/],
    [
      'preallocation by an attributes class',
      { parameters: { filesystem: 'vault' }, mutableParameters: { provisioning: 'thick' } },
      /no image to allocate/,
    ],
    ['preallocation', { parameters: { filesystem: 'vault', provisioning: 'thick' } }, /no image to allocate/],
    ['mkfs options', { parameters: { filesystem: 'vault', mkfsOptions: '-L x' } }, /vault/],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, async () => {
      const refusal = await refusalOf(test.controller.createVolume(volumeRequest('v', changes)));
      expect(refusal).to.include({ code: 'INVALID_ARGUMENT' });
      expect(refusal.message).to.match(message);
    });
  }
});
