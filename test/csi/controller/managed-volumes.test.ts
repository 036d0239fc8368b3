import { expect } from 'chai';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import { madeVolume, mount, volumeRequest } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';
import { claim, parameters, root, startManagedWorld, type ManagedWorld } from './managed-world.ts';

describe('managed volumes, in the controller', () => {
  let test: ManagedWorld;
  beforeEach(async () => {
    test = await startManagedWorld();
  });
  afterEach(() => test.stop());

  it('have no size, whatever the claim asks for, and are where their root is', async () => {
    await test.addPool('a.default');
    await test.addNode('a');
    const more = {
      hostPath: '/srv/${pvc.namespace}/${pvc.name}',
      uid: '1000',
      gid: '100',
      containerUid: '7',
      'tag.t': 'x',
    };
    const capacityRange = { requiredBytes: 5 * GiB, limitBytes: 5 * GiB };
    const request = volumeRequest('v', { capacityRange, parameters: { ...parameters, ...more, ...claim } });
    const { volume } = await test.controller.createVolume(request);
    expect(volume?.capacityBytes).to.equal('0');
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a')]);
    const hostPath = '/srv/team-a/photos';
    const managed = { hostPath, uid: 1000, gid: 100, containerUid: 7, containerGid: 0 };
    expect(await test.specOf('v')).to.deep.include({ pool: 'a.managed', size: 0, managed, tags: { t: 'x' } });
    expect(await test.specOf('v')).to.include({ claim: 'team-a/photos' });
    expect(await test.specOf('v')).not.to.have.any.keys('fsType', 'sharing');
    expect((await test.controller.createVolume(request)).volume).to.deep.equal(volume);
  });

  it('take no room, and images take none of their pools', async () => {
    await test.addNode('a');
    expect(await refusalOf(test.controller.createVolume(volumeRequest('image')))).to.include({ code: 'UNAVAILABLE' });
    await test.addPool('a.default');
    await madeVolume(test, 'image');
    expect(await test.specOf('image')).to.include({ pool: 'a.default' });
    expect((await test.controller.getCapacity({})).availableCapacity).to.equal(String(100 * GiB));
  });

  it('take the filesystem that csi-provisioner names by default', async () => {
    await test.addNode('a');
    await test.create('v', { volumeCapabilities: [mount('SINGLE_NODE_WRITER', 'ext4')] });
    const capability = { volumeId: volumeId('v'), volumeCapabilities: [mount('SINGLE_NODE_WRITER', 'ext4')] };
    expect((await test.controller.validateVolumeCapabilities(capability)).confirmed).not.to.equal(null);
  });

  it('are on a node that has the directory, whatever node is preferred', async () => {
    for (const node of ['a', 'b', 'c']) await test.addNode(node);
    test.onlyOn('b');
    const nodes = ['c', 'a', 'b'].map(topologyOf);
    const { volume } = await test.create('v', { accessibilityRequirements: { requisite: nodes, preferred: nodes } });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    expect(await test.specOf('v')).to.include({ pool: 'b.managed' });
  });

  it('are on the preferred one of the nodes that have it', async () => {
    for (const node of ['a', 'b', 'c']) await test.addNode(node);
    const preferred = [topologyOf('c')];
    await test.create('v', { accessibilityRequirements: { requisite: ['a', 'b', 'c'].map(topologyOf), preferred } });
    expect(await test.specOf('v')).to.include({ pool: 'c.managed' });
  });

  it('tell the answer of every node when none has the directory, and nothing of it stays', async () => {
    for (const node of ['a', 'b']) await test.addNode(node);
    await test.addNode('elsewhere', [root('/mnt')]);
    test.onlyOn('none');
    const refusal = await refusalOf(test.create('v'));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.match(
      /node a says: .*\/srv\/data does not exist; node b says: .*\/srv\/data does not exist/,
    );
    expect(refusal.message).not.to.contain('elsewhere');
    expect(await test.specOf('v')).to.equal(undefined);
    test.onlyOn('b');
    await test.create('v');
    expect(await test.specOf('v')).to.include({ pool: 'b.managed' });
  });

  it('have the scheduler choose again when only a node has it that was not asked for', async () => {
    for (const node of ['a', 'b']) await test.addNode(node);
    test.onlyOn('b');
    const refusal = await refusalOf(test.create('v', { accessibilityRequirements: { requisite: [topologyOf('a')] } }));
    expect(refusal).to.include({ code: 'RESOURCE_EXHAUSTED' });
    expect(refusal.message).to.contain('node b has a root above it and is not among the nodes asked for');
  });

  it('wait for a node that may have it and does not answer', async () => {
    await test.addNode('a');
    await test.addNode('b');
    await test.setPool('b.managed', { heartbeat: new Date(Date.now() - 600_000).toISOString() });
    test.onlyOn('b');
    const refusal = await refusalOf(test.create('v'));
    expect(refusal).to.include({ code: 'UNAVAILABLE' });
    expect(refusal.message).to.contain('node b has not answered since');
  });

  it('are refused as soon as a node says why not, and the reason is its own', async () => {
    for (const node of ['a', 'b']) await test.addNode(node);
    test.agent.fail = () =>
      new VolumeError('FailedPrecondition', 'the directory /srv/data is volume w of claim x/y already');
    const refusal = await refusalOf(test.create('v'));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('claim x/y');
  });

  it('can be changed in what is not the image', async () => {
    await test.addNode('a');
    await test.create('v');
    const modify = (mutableParameters: Record<string, string>) =>
      test.controller.controllerModifyVolume({ volumeId: volumeId('v'), mutableParameters });
    await modify({ exclusive: 'true', 'tag.team': 'blue' });
    expect(await test.specOf('v')).to.deep.include({ exclusive: true, tags: { team: 'blue' } });
    expect(await refusalOf(modify({ provisioning: 'thick' }))).to.include({ code: 'INVALID_ARGUMENT' });
    await test.create('w', {}, { sharing: 'many', hostPath: '/srv/w' });
    const shared = test.controller.controllerModifyVolume({
      volumeId: volumeId('w'),
      mutableParameters: { exclusive: 'true' },
    });
    expect((await refusalOf(shared)).message).to.contain('sharing: many');
  });

  it('have room for any claim on a node that may have the directory, and none on others', async () => {
    await test.addNode('a');
    await test.addNode('b', [root('/mnt')]);
    const capacityOn = async (node: string | undefined, hostPath: string) => {
      const topology = node === undefined ? {} : { accessibleTopology: topologyOf(node) };
      const answer = await test.controller.getCapacity({ parameters: { ...parameters, hostPath }, ...topology });
      expect(answer.maximumVolumeSize?.value).to.equal(answer.availableCapacity);
      return Number(answer.availableCapacity);
    };
    expect(await capacityOn('a', '/srv/${pvc.name}')).to.be.greaterThan(1024 ** 5);
    expect(await capacityOn('b', '/srv/${pvc.name}')).to.equal(0);
    expect(await capacityOn(undefined, '/mnt/x')).to.be.greaterThan(1024 ** 5);
    expect(await capacityOn('c', '/srv/x')).to.equal(0);
    await test.setPool('a.managed', { ready: false });
    expect(await capacityOn('a', '/srv/x')).to.equal(0);
  });

  it('are attached to one writer or many readers, and to many with sharing', async () => {
    await test.addNode('a', [root('/srv', true)]);
    await test.addNode('b', [root('/srv', true)]);
    await test.addPool('shared.managed', { nodes: ['a', 'b'], agent: 'a', managedRoots: [root('/srv', true)] });
    const attach = (name: string, nodeId: string, mode: 'MULTI_NODE_MULTI_WRITER' | 'SINGLE_NODE_WRITER') =>
      test.controller.controllerPublishVolume({ volumeId: volumeId(name), nodeId, volumeCapability: mount(mode) });
    const { volume } = await test.create(
      'many',
      { volumeCapabilities: [mount('MULTI_NODE_MULTI_WRITER')] },
      { sharing: 'many' },
    );
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a'), topologyOf('b')]);
    await attach('many', 'a', 'MULTI_NODE_MULTI_WRITER');
    await attach('many', 'b', 'MULTI_NODE_MULTI_WRITER');
    await test.create('one', {}, { hostPath: '/srv/one' });
    expect(await test.specOf('one')).to.include({ pool: 'shared.managed', home: 'a' });
    expect((await test.controller.controllerGetVolume({ volumeId: volumeId('one') })).volume).to.deep.include({
      accessibleTopology: [topologyOf('a')],
    });
    await attach('one', 'a', 'SINGLE_NODE_WRITER');
    expect(await refusalOf(attach('one', 'b', 'SINGLE_NODE_WRITER'))).to.include({ code: 'FAILED_PRECONDITION' });
    expect(await refusalOf(attach('one', 'a', 'MULTI_NODE_MULTI_WRITER'))).to.include({ code: 'INVALID_ARGUMENT' });
  });

  it('have one place beneath a shared root, and a home there unless they are shared', async () => {
    for (const node of ['a', 'b']) await test.addNode(node, [root('/srv'), root('/net', true)]);
    await test.addPool('shared.managed', { nodes: ['a', 'b'], agent: 'a', managedRoots: [root('/net', true)] });
    const onB = { accessibilityRequirements: { requisite: [topologyOf('b')] } };
    const { volume } = await test.create('first', onB, { hostPath: '/net/x' });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    expect(await test.specOf('first')).to.include({ pool: 'shared.managed', home: 'b' });
    const onA = { accessibilityRequirements: { requisite: [topologyOf('a')] } };
    expect(await refusalOf(test.create('first', onA, { hostPath: '/net/x' }))).to.include({ code: 'ALREADY_EXISTS' });
    await test.create('second', onB, { hostPath: '/net/y', sharing: 'many' });
    expect(await test.specOf('second'))
      .to.include({ pool: 'shared.managed' })
      .and.not.to.have.property('home');
    await test.create('third', onB, { hostPath: '/srv/same' });
    expect(await test.specOf('third'))
      .to.include({ pool: 'b.managed' })
      .and.not.to.have.property('home');
  });

  it('have no home on a node that does not answer, or lacks the root', async () => {
    for (const node of ['a', 'b']) await test.addNode(node, [root('/net', true)]);
    await test.addNode('c', [root('/srv')]);
    await test.addPool('shared.managed', { nodes: ['a', 'b'], agent: 'a', managedRoots: [root('/net', true)] });
    await test.setPool('b.managed', { heartbeat: new Date(Date.now() - 600_000).toISOString() });
    const on = (...nodes: readonly string[]) => ({ accessibilityRequirements: { requisite: nodes.map(topologyOf) } });
    const refusal = await refusalOf(test.create('v', on('b'), { hostPath: '/net/x' }));
    expect(refusal).to.include({ code: 'UNAVAILABLE' });
    expect(refusal.message).to.contain('node b has not answered since');
    expect(await refusalOf(test.create('v', on('c'), { hostPath: '/net/x' }))).to.include({
      code: 'RESOURCE_EXHAUSTED',
    });
    await test.create('v', on('b', 'a', 'c'), { hostPath: '/net/x' });
    expect(await test.specOf('v')).to.include({ home: 'a' });
  });

  it('that have a home are lost with their pool only when their home is given up too', async () => {
    await test.addNode('a', [root('/net', true)]);
    await test.addPool('shared.managed', { nodes: ['a'], agent: 'a', managedRoots: [root('/net', true)] });
    await test.create('v', {}, { hostPath: '/net/x' });
    const giveUp = async (id: string) => {
      const pool = await test.catalog.pools.find(id);
      if (pool !== undefined) await test.catalog.pools.remove(pool);
    };
    await giveUp('shared.managed');
    test.agent.stop();
    expect(await refusalOf(test.controller.deleteVolume({ volumeId: volumeId('v') }))).to.include({ code: 'ABORTED' });
    await giveUp('a.managed');
    await test.controller.deleteVolume({ volumeId: volumeId('v') });
    expect(await test.specOf('v')).to.equal(undefined);
  });
});
