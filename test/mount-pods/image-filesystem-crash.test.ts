import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepServed } from '../../src/csi/node/keep-served.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { failureOf, type PoolPlace } from '../pool/open-test-pool.ts';
import { ntfs, ntfsInPods } from '../support/ntfs.ts';
import { until } from '../support/until.ts';
import { endVolume, expectNothing, startDriver, startVolume, type ImagePlace } from './image-place.ts';
import { SLOW } from './kubelet.ts';
import { objects, openWorld, type World } from './world.ts';

describe('pods of a filesystem of kind image, after a crash', function () {
  this.timeout(60_000);
  let world: World;
  let place: PoolPlace;
  let driver: ImagePlace;
  let record: VolumeRecord;

  before(async () => {
    world = await openWorld();
  });

  beforeEach(async () => {
    ({ place, driver, record } = await startVolume(world));
  });

  afterEach(() => endVolume(world, { place, driver, record }));

  after(() => world.close());

  const restart = async (registration?: object) => {
    await driver.pool.close();
    driver = await startDriver(world, place, registration);
  };
  const momentary = () => join(place.path, 'staging', `mount-${record.id}`);

  /** What NodeStageVolume has done by the time that it is killed before it binds the mount to where it is wanted. */
  async function mountHalfWay(): Promise<void> {
    const loop = await attachImage(driver.pool, record, { access: 'writers', autoclear: false });
    loop.close();
    const { mounting } = driver.pool.filesystems.get('ntfs', record);
    if (mounting.by === 'kernel') throw new Error('a program mounts it');
    await mounting.mount({ device: loop.device.path, target: momentary(), options: [] });
  }

  /** Its image is never there in time. */
  function slow(): object {
    const mount = { command: ['ntfs-3g', '-o', 'no_detach,{options}', '{device}', '{target}'], timeoutSeconds: 1 };
    return { ...ntfsInPods(SLOW), hooks: { format: ntfs.hooks.format, mount } };
  }

  it('nothing stays of a pod that does not start in time', async () => {
    world.kubelet.isSlow = true;
    await restart(slow());
    const failure = await failureOf(driver.stage(record));
    expect(failure).to.include({ reason: 'Unavailable' });
    expect(failure.message).to.contain('has not started after 1 s');
    await expectNothing(world, driver, record);
    world.kubelet.isSlow = false;
    await driver.stage(record);
    await driver.unstage(record);
  });

  it('a pod that had not started when the driver was killed never works on the device', async () => {
    world.kubelet.isSlow = true;
    await restart(slow());
    await failureOf(mountHalfWay());
    const { uid } = await driver.mountPod(record);
    await restart();
    world.kubelet.isSlow = false;
    await driver.stage(record);
    expect((await driver.mountPod(record)).uid).not.to.equal(uid);
    await driver.unstage(record);
  });

  it('a mount that was not yet where it is wanted is made anew', async () => {
    await mountHalfWay();
    const { uid } = await driver.mountPod(record);
    await restart();
    await driver.tidy(record);
    expect((await driver.mountPod(record)).uid, 'the pod of a device that is attached').to.equal(uid);
    await driver.stage(record);
    expect((await driver.mountPod(record)).uid).not.to.equal(uid);
    await writeFile(join(driver.at('staging'), 'file'), 'new', { flush: true });
    await driver.unstage(record);
  });

  it('a mount that was not yet where it is wanted is taken away by NodeUnstageVolume', async () => {
    await mountHalfWay();
    await driver.unstage(record);
  });

  it('a mount that is no more where it was is taken away by the next NodeUnstageVolume', async () => {
    await driver.stage(record);
    const { mounts } = world.deps.host;
    mkdirSync(momentary());
    await mounts.bind({ source: driver.at('staging'), target: momentary(), readOnly: false });
    await mounts.unmount(driver.at('staging'));
    await driver.unstage(record);
  });

  it('a place that did not get the new mount gets it later', async () => {
    const how = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
    const second = driver.at('second');
    await driver.stage(record, how);
    await driver.publish(record, how);
    await driver.publish(record, { ...how, target: second });
    await writeFile(join(second, 'file'), 'safe', { flush: true });
    await world.kubelet.kill((await driver.mountPod(record)).name);

    const { host } = driver.deps;
    const beneath: typeof host.mounts.beneath = (path, roots, use) =>
      path === second ? Promise.reject(new Error('killed')) : host.mounts.beneath(path, roots, use);
    const dying = { ...driver.deps, host: { ...host, mounts: { ...host.mounts, beneath } } };
    expect((await failureOf(keepServed(dying, record.id))).message).to.equal('killed');
    const { uid } = await driver.mountPod(record);
    expect(await readFile(join(driver.at('target'), 'file'), 'utf8')).to.equal('safe');
    expect(await driver.health(record)).to.have.length(1);

    await restart();
    await keepServed(driver.deps, record.id);
    expect(await readFile(join(second, 'file'), 'utf8')).to.equal('safe');
    expect((await driver.mountPod(record)).uid).to.equal(uid);
    for (const target of [second, driver.at('target')]) await driver.unpublish(record, target);
    await driver.unstage(record);
  });

  it('the pods of a node that has lost its devices are removed as the driver starts', async () => {
    await driver.stage(record);
    const { mounts, loops } = world.deps.host;
    await world.kubelet.kill((await driver.mountPod(record)).name);
    await mounts.unmount(driver.at('staging'), { lazy: true });
    for (const { path } of await driver.loops(record)) await loops.detach(path);
    await until(async () => (await driver.loops(record)).length === 0);
    await driver.tidy(record);
    expect(await objects(world, 'pods')).to.deep.equal([]);
  });
});
