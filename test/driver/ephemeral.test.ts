import { expect } from 'chai';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { HANDLE, publishInline, unpublishInline } from './ephemeral-caller.ts';

describe('inline ephemeral volumes of a whole driver', () => {
  const driver = useDriver();
  let target: string;

  beforeEach(() => {
    target = driver.at('target');
  });
  const promised = async () => Number((await driver.admin.listPools({})).pools[0]?.promisedBytes);

  it('are no business of the catalog, and outlive it', async () => {
    await publishInline(driver, target);
    await writeFile(join(target, 'file'), 'kept');
    expect((await driver.admin.listVolumes({})).volumes).to.deep.equal([]);
    expect((await driver.controller.listVolumes({})).entries).to.deep.equal([]);
    expect(await promised()).to.equal(64 * 1024 * 1024);
    await driver.controller.deleteVolume({ volumeId: HANDLE });

    await driver.close();
    for (const end of ['', '-wal', '-shm']) await rm(driver.at(`state/catalog.db${end}`), { force: true });
    await driver.start();
    expect((await driver.admin.listVolumes({})).volumes).to.deep.equal([]);
    expect(await promised()).to.equal(64 * 1024 * 1024);
    await publishInline(driver, target);
    expect(await readFile(join(target, 'file'), 'utf8')).to.equal('kept');

    await unpublishInline(driver, target);
    expect(await promised()).to.equal(0);
    await driver.restart();
    expect(await promised()).to.equal(0);
    expect(await driver.directory.leftovers())
      .to.have.property('loops')
      .with.length(1, 'the pool');
  });

  it('are told why they cannot be, in words for the events of a pod', async () => {
    const { code, message } = await refusalOf(publishInline(driver, target, { attributes: { size: '11Gi' } }));
    expect(code).to.equal('OUT_OF_RANGE');
    expect(message).to.contain('10Gi');
    expect((await refusalOf(publishInline(driver, target, { attributes: { size: '5Gi' } }))).code).to.equal(
      'RESOURCE_EXHAUSTED',
    );
  });

  it('are made and deleted by many at once, and nothing is left', async () => {
    const handles = Array.from({ length: 24 }, (_, index) => `csi-${index.toString(16).padStart(64, '0')}`);
    const each = (work: (volumeId: string, targetPath: string) => Promise<unknown>) =>
      Promise.all(handles.flatMap((handle) => [1, 2].map(() => work(handle, driver.at(handle)))));
    await each((volumeId, targetPath) =>
      driver.node.nodePublishVolume({
        volumeId,
        targetPath,
        volumeCapability: { mount: {}, accessMode: { mode: 'SINGLE_NODE_MULTI_WRITER' } },
        volumeContext: { size: '32Mi', 'csi.storage.k8s.io/ephemeral': 'true' },
      }),
    );
    expect(await promised()).to.equal(24 * 32 * 1024 * 1024);
    await each((volumeId, targetPath) => driver.node.nodeUnpublishVolume({ volumeId, targetPath }));
    expect(await promised()).to.equal(0);
    expect((await driver.directory.leftovers()).loops).to.have.length(1);
  });
});
