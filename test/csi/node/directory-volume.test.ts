import { expect } from 'chai';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { nodeExpandVolume } from '../../../src/csi/node/expand-volume.ts';
import { nodeGetVolumeHealth } from '../../../src/csi/node/get-volume-health.ts';
import { nodeGetVolumeStats } from '../../../src/csi/node/get-volume-stats.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';

const WRITERS = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
const READERS = { mode: 'MULTI_NODE_READER_ONLY' } as const;
const MANY = { mode: 'MULTI_NODE_MULTI_WRITER' } as const;
const SINGLE = { mode: 'SINGLE_NODE_SINGLE_WRITER' } as const;

describe('managed volumes on a node', () => {
  let place: DirectoryPlace;

  beforeEach(async () => {
    place = await directoryPlace();
  });
  afterEach(() => place.directory.cleanUp());

  it('shows the directory as it is, both ways at once, until it is taken away', async () => {
    const volume = await place.create('v');
    writeFileSync(place.data('v/file'), 'from the host');
    chownSync(place.data('v/file'), 777, 777);
    await place.stage(volume, WRITERS);
    await place.stage(volume, WRITERS);
    await place.publish(volume, WRITERS);
    await place.publish(volume, WRITERS);
    expect(await place.mounts()).to.deep.equal(['staging', 'target']);
    expect(readFileSync(place.at('target/file'), 'utf8')).to.equal('from the host');
    expect(statSync(place.at('target/file'))).to.include({ uid: 777, gid: 777 });
    writeFileSync(place.at('target/answer'), 'from the pod');
    expect(readFileSync(place.data('v/answer'), 'utf8')).to.equal('from the pod');

    expect(await failureOf(place.unstage(volume))).to.include({ reason: 'FailedPrecondition' });
    await place.unpublish(volume);
    await place.unpublish(volume);
    expect(existsSync(place.at('target'))).to.equal(false);
    await place.unstage(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
    expect(await place.shown.knows(volume.id)).to.equal(false);
    expect(readFileSync(place.data('v/answer'), 'utf8')).to.equal('from the pod');
  });

  it('may be one that a person has named, and tells who keeps the catalog of each change', async () => {
    const told: string[] = [];
    const deps = { ...place.deps, onUsageChanged: (id: string) => told.push(id) };
    Object.assign(place.deps, deps);
    const volume = await place.create('v', {}, { id: 'managed-by-hand' });
    await place.stage(volume);
    await place.publish(volume);
    expect(await place.mounts()).to.deep.equal(['staging', 'target']);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
    expect(told).to.deep.equal(Array.from({ length: 4 }, () => 'managed-by-hand'));
    await place.unstage({ id: 'managed-unknown' });
    await place.unpublish({ id: 'managed-unknown' });
  });

  it('shows no mount that is below the directory', async () => {
    const volume = await place.create('v');
    mkdirSync(place.data('v/below'));
    mkdirSync(place.data('other'));
    writeFileSync(place.data('other/secret'), '');
    await host.mounts.bind({ source: place.data('other'), target: place.data('v/below'), readOnly: false });
    await place.stage(volume);
    await place.publish(volume);
    expect(existsSync(place.at('target/below/secret'))).to.equal(false);
    expect(existsSync(place.data('v/below/secret'))).to.equal(true);
  });

  it('keeps writers and readers apart, as for images', async () => {
    const volume = await place.create('v');
    await place.stage(volume, WRITERS);
    for (const ask of [READERS, SINGLE]) {
      const elsewhere = await failureOf(place.stage(volume, { ...ask, staging: place.at('second') }));
      expect(elsewhere).to.include({ reason: 'FailedPrecondition' });
      expect(elsewhere.message).to.contain(place.at('staging'));
      expect(await failureOf(place.stage(volume, ask))).to.include({ reason: 'AlreadyExists' });
    }
    await place.stage(volume, { ...WRITERS, staging: place.at('second') });
    for (const name of ['one', 'two']) await place.publish(volume, { ...WRITERS, target: place.at(name) });
    await place.publish(volume, { ...WRITERS, readonly: true, target: place.at('three') });
    expect(await place.mounts()).to.deep.equal(['one', 'second', 'staging', 'three ro', 'two']);
    expect(await failureOf(place.publish(volume, { ...WRITERS, readonly: true, target: place.at('one') }))).to.include({
      reason: 'AlreadyExists',
    });
    await place.unstage(volume, place.at('second'));
    for (const name of ['one', 'two', 'three']) await place.unpublish(volume, place.at(name));
    await place.unstage(volume);

    await place.stage(volume, READERS);
    for (const name of ['one', 'two']) await place.publish(volume, { ...READERS, target: place.at(name) });
    expect(await place.mounts()).to.deep.equal(['one ro', 'staging ro', 'two ro']);
    expect(() => {
      writeFileSync(place.at('one/x'), '');
    }).to.throw('EROFS');
  });

  it('has one target of a single writer, and of an exclusive volume', async () => {
    for (const [name, ask, exclusive] of [
      ['single', SINGLE, false],
      ['exclusive', WRITERS, true],
    ] as const) {
      const volume = await place.create(name, {}, { exclusive });
      await place.stage(volume, ask);
      await place.publish(volume, ask);
      const second = await failureOf(place.publish(volume, { ...ask, target: place.at('second') }));
      expect(second, name).to.include({ reason: 'FailedPrecondition' });
      expect(second.message).to.contain(place.at('target'));
      await place.unpublish(volume);
      await place.unstage(volume);
    }
  });

  it('has many writers of many nodes only when it is shared by many', async () => {
    const own = await place.create('own');
    expect(await failureOf(place.stage(own, MANY))).to.include({ reason: 'InvalidArgument' });
    const shared = await place.create('shared', {}, { sharing: 'many' });
    await place.stage(shared, MANY);
    for (const name of ['one', 'two']) await place.publish(shared, { ...MANY, target: place.at(name) });
    writeFileSync(place.at('one/x'), 'by one');
    expect(readFileSync(place.at('two/x'), 'utf8')).to.equal('by one');
  });

  it('takes the flags of a bind mount and no others, and is neither block volume nor filesystem', async () => {
    const volume = await place.create('v');
    for (const flag of ['rw', 'suid', 'discard', 'commit=3', 'bind', 'X-mount.idmap=u:0:0:1', 'noexec,suid', '']) {
      const asked = await failureOf(place.stage(volume, { mountFlags: [flag] }));
      expect(asked, flag).to.include({ reason: 'InvalidArgument' });
      expect(asked.message).to.contain('noexec');
    }
    expect(await failureOf(place.stage(volume, { fsType: 'ext4' }))).to.include({ reason: 'InvalidArgument' });
    await place.stage(volume, { mountFlags: ['noexec', 'nosuid', 'nodev', 'noatime'] });
    await place.publish(volume);
    const line = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .find((text) => text.includes(place.at('target')));
    expect(line).to.contain('nosuid,nodev,noexec,noatime');
  });

  it('refuses a place where something is, and what is mounted over it', async () => {
    const volume = await place.create('v');
    mkdirSync(place.at('staging'));
    await host.mounts.mount({ source: 'x', target: place.at('staging'), fsType: 'tmpfs', options: [] });
    expect(await failureOf(place.stage(volume))).to.include({ reason: 'FailedPrecondition' });
    await host.mounts.unmount(place.at('staging'));
    await place.stage(volume, WRITERS);
    await host.mounts.mount({ source: 'x', target: place.at('staging'), fsType: 'tmpfs', options: [] });
    expect((await failureOf(place.publish(volume, WRITERS))).message).to.contain('mounted over');
    expect((await failureOf(place.unstage(volume))).message).to.contain('mounted over');
    await host.mounts.unmount(place.at('staging'));

    mkdirSync(place.at('full/file'), { recursive: true });
    expect(await failureOf(place.publish(volume, { ...WRITERS, target: place.at('full') }))).to.include({
      reason: 'FailedPrecondition',
    });
    const inside = place.at('staging/inside');
    expect(await failureOf(place.publish(volume, { ...WRITERS, target: inside }))).to.include({
      reason: 'InvalidArgument',
    });
    expect(await failureOf(place.publish(volume, { ...WRITERS, target: place.data('v') }))).to.include({
      reason: 'InvalidArgument',
    });
    await place.publish(volume, WRITERS);
    await host.mounts.mount({ source: 'x', target: place.at('target'), fsType: 'tmpfs', options: [] });
    expect((await failureOf(place.unpublish(volume))).message).to.contain('mounted over');
    await host.mounts.unmount(place.at('target'));
    expect(await failureOf(place.unpublish(volume, place.at('staging')))).to.include({ reason: 'FailedPrecondition' });
    expect(await place.mounts()).to.deep.equal(['staging', 'target']);
  });

  it('is not unmounted while it is in use', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    writeFileSync(place.at('target/file'), '');
    const user = await open(place.at('target/file'));
    expect(await failureOf(place.unpublish(volume))).to.include({ reason: 'FailedPrecondition' });
    await user.close();
    await place.unpublish(volume);
  });

  it('tells what the host’s filesystem has, what is wrong, and that it cannot grow', async () => {
    const volume = await place.create('v');
    const request = { volumeId: volume.id, volumePath: place.at('target'), stagingTargetPath: '' };
    expect(await failureOf(nodeGetVolumeStats(request, place.deps))).to.include({ reason: 'NotFound' });
    await place.stage(volume);
    await place.publish(volume);
    const { usage } = await nodeGetVolumeStats(request, place.deps);
    const own = await host.files.usage(place.data('v'));
    expect(usage?.[0]).to.include({ total: own.totalBytes, unit: 'BYTES' });
    for (const volumePath of [place.data('v'), '/', place.at('none')]) {
      expect(await failureOf(nodeGetVolumeStats({ ...request, volumePath }, place.deps))).to.include({
        reason: 'NotFound',
      });
    }

    const health = async () =>
      (await nodeGetVolumeHealth({ volumeId: volume.id, volumePublishPath: '', stagingTargetPath: '' }, place.deps))
        .volumeHealth;
    expect((await health())?.healthStatuses).to.deep.equal([]);
    renameSync(place.data('v'), place.data('away'));
    expect((await health())?.healthStatuses?.[0]).to.include({ status: 'INACCESSIBLE' });
    renameSync(place.data('away'), place.data('v'));

    const expand = { ...request, capacityRange: null, volumeCapability: null, secrets: {} };
    const refused = await failureOf(nodeExpandVolume(expand, place.deps));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain('no size');
  });

  it('is unstaged and unpublished when its directory was renamed or removed, and when its record is gone', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    renameSync(place.data('v'), place.data('renamed'));
    expect(await failureOf(place.stage(volume, WRITERS))).to.include({ reason: 'AlreadyExists' });
    await place.publish(volume);
    rmSync(place.data('renamed'), { recursive: true });
    place.managed.records.delete(volume.id);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
  });
});
