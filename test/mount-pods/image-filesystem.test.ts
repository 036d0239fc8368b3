import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepServed, servedInPods } from '../../src/csi/node/keep-served.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { imagePath } from '../../src/pool/layout.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { updateVolume } from '../../src/pool/update-volume.ts';
import { ID, publishInline, unpublishInline } from '../csi/node/inline-volume.ts';
import { failureOf, type PoolPlace } from '../pool/open-test-pool.ts';
import { until } from '../support/until.ts';
import { endVolume, startDriver, startVolume, type ImagePlace } from './image-place.ts';
import { objects, openWorld, type World } from './world.ts';

describe('a filesystem of kind image whose programs run in pods', function () {
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

  const file = () => join(driver.at('target'), 'file');
  const attach = async () => {
    await driver.stage(record);
    await driver.publish(record);
  };
  const detach = async () => {
    await driver.unpublish(record);
    await driver.unstage(record);
  };

  it('is made, checked and mounted in pods, and leaves none when it is unstaged', async () => {
    expect(await objects(world, 'pods'), 'the pod of the format hook').to.deep.equal([]);
    await attach();
    await writeFile(file(), 'kept', { flush: true });
    const { pod } = await driver.mountPod(record);
    expect(pod).to.have.nested.property('spec.containers[0].command').that.deep.equals(['ntfs-3g']);
    expect(pod).to.have.nested.property('spec.containers[0].args[1]', 'no_detach,rw');
    const staging = join(place.path, 'staging');
    expect(pod)
      .to.have.nested.property('spec.volumes')
      .that.deep.equals([{ name: 'mounts', hostPath: { path: staging, type: 'Directory' } }]);
    expect(pod).to.have.nested.property('spec.containers[0].volumeMounts[0].mountPropagation', 'Bidirectional');
    expect(await driver.health(record)).to.deep.equal([]);
    expect(await world.deps.host.files.list(staging)).to.deep.equal([]);
    await detach();
    expect(await objects(world, 'pods')).to.deep.equal([]);
    await detach();

    await attach();
    expect(await readFile(file(), 'utf8')).to.equal('kept');
    await detach();
  });

  it('is served on while the driver is replaced, and found where it is', async () => {
    await attach();
    const { uid } = await driver.mountPod(record);
    await driver.pool.close();
    driver = await startDriver(world, place);
    await driver.tidy(record);
    await writeFile(file(), 'meanwhile', { flush: true });
    await attach();
    expect((await driver.mountPod(record)).uid).to.equal(uid);
    expect(await readFile(file(), 'utf8')).to.equal('meanwhile');
    await detach();
  });

  it('is reported when its pod was killed, and mounted again', async () => {
    await attach();
    await writeFile(file(), 'safe', { flush: true });
    const { name, uid } = await driver.mountPod(record);
    await world.kubelet.kill(name);
    expect((await driver.health(record))[0]).to.include({ status: 'INACCESSIBLE', reason: 'FilesystemShutDown' });
    expect(await failureOf(driver.stage(record))).to.include({ reason: 'FailedPrecondition' });
    await driver.unpublish(record);
    await driver.publish(record);
    expect(await readFile(file(), 'utf8')).to.equal('safe');
    expect((await driver.mountPod(record)).uid).not.to.equal(uid);
    expect(await driver.health(record)).to.deep.equal([]);
    await detach();
  });

  it('is served again at all its places, while a container still has what has died', async () => {
    const how = { mode: 'SINGLE_NODE_MULTI_WRITER', mountFlags: ['noatime'] } as const;
    const readers = driver.at('readers');
    await driver.stage(record, how);
    await driver.publish(record, how);
    await driver.publish(record, { ...how, target: readers, readonly: true });
    await writeFile(file(), 'safe', { flush: true });
    const { name, uid } = await driver.mountPod(record);
    const container = spawn('unshare', ['--mount', 'sleep', '1000'], { stdio: 'ignore' });
    await until(() => readFileSync(`/proc/${container.pid}/comm`, 'utf8') === 'sleep\n');
    await world.kubelet.kill(name);
    expect(await servedInPods(driver.deps)).to.deep.equal([record.id]);
    const { mounts } = world.deps.host;
    try {
      await keepServed(driver.deps, record.id);
      expect(await driver.loops(record), 'the new device, and the one that the container holds').to.have.length(2);
      const next = await driver.mountPod(record);
      expect(next.uid).not.to.equal(uid);
      expect(next.pod).to.have.nested.property('spec.containers[0].args[1]', 'no_detach,rw,noatime');
      expect(await readFile(file(), 'utf8')).to.equal('safe');
      expect(await readFile(join(readers, 'file'), 'utf8')).to.equal('safe');
      expect((await mounts.find(readers))?.readOnly).to.equal(true);
      await writeFile(file(), 'and on', { flush: true });
      expect(await driver.health(record)).to.deep.equal([]);
      await keepServed(driver.deps, record.id);
      expect((await driver.mountPod(record)).uid).to.equal(next.uid);
    } finally {
      const ended = once(container, 'exit');
      container.kill('SIGKILL');
      await ended;
    }
    await driver.unpublish(record, readers);
    await detach();
    await attach();
    expect(await readFile(file(), 'utf8')).to.equal('and on');
    await detach();
  });

  it('is served again to those who only read', async () => {
    await attach();
    await writeFile(file(), 'safe', { flush: true });
    await detach();
    const how = { mode: 'MULTI_NODE_READER_ONLY', publishContext: { readOnly: 'true' } } as const;
    await driver.stage(record, how);
    await driver.publish(record, how);
    await world.kubelet.kill((await driver.mountPod(record)).name);
    await keepServed(driver.deps, record.id);
    expect(await readFile(file(), 'utf8')).to.equal('safe');
    expect((await driver.loops(record)).map(({ readOnly }) => readOnly)).to.deep.equal([true]);
    expect((await failureOf(writeFile(file(), 'x'))).message).to.contain('EROFS');
    await detach();
  });

  it('is made for a pod alone, inline, and gone with it', async () => {
    await publishInline(driver, { fsType: 'ntfs' });
    await writeFile(file(), 'mine', { flush: true });
    const { name } = await driver.mountPod({ id: ID });
    await unpublishInline(driver);
    expect(await objects(world, 'pods')).to.deep.equal([]);
    await publishInline(driver, { fsType: 'ntfs' });
    await world.kubelet.kill(name);
    await keepServed(driver.deps, ID);
    await writeFile(file(), 'mine', { flush: true });
    await unpublishInline(driver);
    expect(await driver.loops({ id: ID })).to.deep.equal([]);
  });

  it('is unstaged when its pod was killed, or deleted by somebody', async () => {
    await attach();
    await world.kubelet.kill((await driver.mountPod(record)).name);
    await detach();
    await attach();
    await world.deps.client.removeAndWait((await driver.mountPod(record)).name, 20_000);
    await detach();
    await attach();
    await detach();
  });

  it('grows in a pod when it is next staged', async () => {
    await updateVolume(driver.pool, record.id, { size: 128 * MiB });
    await attach();
    const { totalBytes } = await world.deps.host.files.usage(driver.at('target'));
    expect(totalBytes).to.be.within(127 * MiB, 128 * MiB);
    await detach();
  });

  it('is not mounted when it is damaged, and says what the tool in the pod says', async () => {
    await world.deps.host.images.writeBlock(imagePath(driver.pool, record.id), 0, Buffer.alloc(64 * 1024));
    const { message } = await failureOf(driver.stage(record));
    expect(message).to.contain('its ntfs may be damaged').and.contain('hook fscheck of filesystem ntfs, in pod');
  });

  it('is not unmounted while a process has a file of it open', async () => {
    await driver.stage(record);
    const { uid } = await driver.mountPod(record);
    const before = process.cwd();
    process.chdir(driver.at('staging'));
    try {
      expect((await failureOf(driver.unstage(record))).message).to.contain('is in use');
    } finally {
      process.chdir(before);
    }
    expect((await driver.mountPod(record)).uid).to.equal(uid);
    await driver.unstage(record);
  });
});
