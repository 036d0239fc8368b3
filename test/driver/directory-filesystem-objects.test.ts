import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { mount } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import { SECRET_KEY, startObjectStore, type ObjectStore } from '../support/object-store.ts';
import { rclone } from '../support/registered-filesystems.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import {
  allArguments,
  create,
  endWorld,
  grep,
  healthOf,
  killServers,
  mountOf,
  publish,
  serversOf,
  stage,
  unpublish,
  unstage,
  type Use,
} from './directory-filesystem-world.ts';
import { until } from '../support/until.ts';

describe('an object store as a filesystem that several pods share (rclone over S3)', function () {
  this.timeout(60_000);
  let directory: TemporaryDirectory;
  let store: ObjectStore;
  let driver: TestDriver;
  let use: Use;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-objects');
    store = await startObjectStore(directory.path);
    driver = await start();
    use = {
      directory: directory.path,
      name: 'shared',
      parameters: { filesystem: 'objects', sharing: 'many' },
      capability: mount('MULTI_NODE_MULTI_WRITER'),
    };
  });

  afterEach(async () => {
    await endWorld({ directory, driver, use }).finally(() => store.stop());
  });

  function start(): Promise<TestDriver> {
    const registration = rclone({ ...store, cache: join(directory.path, 'cache') });
    return startDriver(directory.path, { filesystems: [registration] });
  }

  const bucket = (...names: string[]) => join(store.buckets, 'volumes', ...names);

  async function takeDown(): Promise<void> {
    await unpublish(driver, use);
    await unstage(driver, use);
    await driver.controller.deleteVolume({ volumeId: volumeId('shared') });
  }

  it('is shared by pods that write at once, and what they write is in the bucket', async () => {
    await create(driver, use);
    expect(await readdir(store.buckets)).not.to.include('volumes');
    await stage(driver, use);
    const first = await publish(driver, use);
    const second = await publish(driver, use, 'second');
    await Promise.all([writeFile(join(first, 'from-first'), 'one'), writeFile(join(second, 'from-second'), 'two')]);
    expect(await readFile(join(second, 'from-first'), 'utf8')).to.equal('one');
    expect(await readFile(join(first, 'from-second'), 'utf8')).to.equal('two');
    expect(serversOf(use)).to.have.length(1);
    await unpublish(driver, use, 'second');
    await unpublish(driver, use);
    await unstage(driver, use);
    // What was written a moment ago is there when the volume is not in use any more.
    expect(await readFile(bucket(volumeId('shared'), 'from-first'), 'utf8')).to.equal('one');
    expect(await readFile(bucket(volumeId('shared'), 'from-second'), 'utf8')).to.equal('two');

    await stage(driver, use);
    expect(await readFile(join(await publish(driver, use), 'from-first'), 'utf8')).to.equal('one');
    await takeDown();
    expect((await readdir(bucket())).filter((name) => !name.startsWith('.'))).to.deep.equal([]);
    expect(await readdir(join(driver.poolPath, 'volumes'))).to.deep.equal([]);
  });

  it('takes nothing of the pool, and leaves the bucket’s other prefixes alone', async () => {
    await create(driver, use);
    const other: Use = { ...use, name: 'other' };
    await create(driver, other);
    await stage(driver, other);
    await writeFile(join(await publish(driver, other), 'stays'), 'here');
    await unpublish(driver, other);
    await unstage(driver, other);
    const { pools } = await driver.admin.listPools({});
    expect(pools.map(({ promisedBytes }) => Number(promisedBytes))).to.deep.equal([0]);
    await driver.controller.deleteVolume({ volumeId: volumeId('shared') });
    expect(await readFile(bucket(volumeId('other'), 'stays'), 'utf8')).to.equal('here');
    await driver.controller.deleteVolume({ volumeId: volumeId('other') });
  });

  it('is mounted again without a secret, also after the driver was started anew', async () => {
    await create(driver, use);
    await stage(driver, use);
    const target = await publish(driver, use);
    await writeFile(join(target, 'file'), 'kept');
    await until(() =>
      readFile(bucket(volumeId('shared'), 'file')).then(
        () => true,
        () => false,
      ),
    );
    await driver.close();
    await killServers(use);
    driver = await start();
    await until(() =>
      readFile(join(target, 'file'), 'utf8').then(
        (text) => text === 'kept',
        () => false,
      ),
    );
    expect(await healthOf(driver, use)).to.deep.equal([]);
    await takeDown();
  });

  it('says what the store says when it does not answer, and goes on when it does', async () => {
    await create(driver, use);
    await store.stop();
    const refusal = await refusalOf(stage(driver, use));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('hook format of filesystem objects').and.to.contain('rclone failed');
    const deletion = await refusalOf(driver.controller.deleteVolume({ volumeId: volumeId('shared') }));
    expect(deletion.message).to.contain('hook delete of filesystem objects');
    await driver.close();
    store = await startObjectStore(directory.path);
    driver = await start();
    await stage(driver, use);
    await publish(driver, use);
    await takeDown();
  });

  it('puts the store’s secret nowhere but where the operator has it', async () => {
    await create(driver, use);
    await stage(driver, use);
    await publish(driver, use);
    expect(await allArguments())
      .to.contain(mountOf(use))
      .and.not.to.contain(SECRET_KEY);
    expect(grep(SECRET_KEY, directory.path).trim()).to.equal(join(store.credentials, 'secret-key'));
    await takeDown();
  });
});
