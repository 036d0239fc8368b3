import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { block, mount, volumeRequest } from '../support/controller.ts';
import type { TestDriver } from '../support/driver.ts';
import { useDriver, type UsedDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import { attach, detach, digestOf, fill, useOf } from './volume-use.ts';
import { until } from '../support/until.ts';

const sized = (bytes: number) => ({ capacityRange: { requiredBytes: bytes } });
const small = sized(16 * MiB);

describe('many calls at once for one volume', function () {
  this.timeout(60_000);
  const driver = useDriver({ leavesNothing: true });

  it('make one volume and are all told the same', async () => {
    const calls = Array.from({ length: 50 }, () => driver.controller.createVolume(volumeRequest('v', small)));
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).to.deep.equal(first);
    expect(await readdir(join(driver.poolPath, 'volumes'))).to.deep.equal([volumeId('v')]);
    expect(await promised(driver)).to.equal(16 * MiB);
    await Promise.all(calls.map(() => driver.controller.deleteVolume({ volumeId: volumeId('v') })));
    expect(await readdir(join(driver.poolPath, 'volumes'))).to.deep.equal([]);
  });

  it('cut one snapshot, and one group of snapshots', async () => {
    await driver.controller.createVolume(volumeRequest('v', small));
    const sourceVolumeId = volumeId('v');
    const one = { name: 'cut', sourceVolumeId };
    const many = { name: 'cuts', sourceVolumeIds: [sourceVolumeId] };
    const cuts = await Promise.all(Array.from({ length: 20 }, () => driver.controller.createSnapshot(one)));
    const groups = await Promise.all(Array.from({ length: 20 }, () => driver.group.createVolumeGroupSnapshot(many)));
    expect(new Set(cuts.map((answer) => JSON.stringify(answer))).size).to.equal(1);
    expect(new Set(groups.map((answer) => JSON.stringify(answer))).size).to.equal(1);
    expect(await readdir(join(driver.poolPath, 'snapshots'))).to.have.length(2);
  });

  it('that create and delete it leave it whole or gone, and nothing promised', async () => {
    const { controller } = driver;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 90 }, (_, index) =>
        index % 3 === 2
          ? controller.deleteVolume({ volumeId: volumeId('v') })
          : controller.createVolume(volumeRequest('v', small)),
      ),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(await refusalOf(Promise.reject(outcome.reason as Error))).to.include({ code: 'ABORTED' });
    }
    const use = useOf(driver.directory.path, 'v');
    await controller.createVolume(volumeRequest('v', small));
    await attach(driver, use);
    await detach(driver, use);
    await controller.deleteVolume({ volumeId: volumeId('v') });
    expect(await controller.listVolumes({})).to.deep.equal({ entries: [], nextToken: '' });
    expect(await promised(driver)).to.equal(0);
    for (const folder of ['volumes', 'staging']) {
      expect(await readdir(join(driver.poolPath, folder)), folder).to.deep.equal([]);
    }
  });

  it('that stage, publish, expand, copy and look at it all succeed, one after another', async () => {
    const { controller, node } = driver;
    await controller.createVolume(
      volumeRequest('v', { ...sized(320 * MiB), volumeCapabilities: [mount(undefined, 'xfs')] }),
    );
    const use = useOf(driver.directory.path, 'v');
    await attach(driver, use);
    await detach(driver, use);
    const source = { volumeContentSource: { volume: { volumeId: use.volumeId } } };
    const expand = async () => {
      await controller.controllerExpandVolume({ volumeId: use.volumeId, ...sized(400 * MiB) });
      await node.nodeExpandVolume({ volumeId: use.volumeId, volumePath: use.targetPath });
    };
    await Promise.all([
      node.nodeStageVolume(use),
      node.nodePublishVolume(use),
      expand(),
      controller.createSnapshot({ name: 'cut', sourceVolumeId: use.volumeId }),
      controller.createVolume(
        volumeRequest('clone', { ...source, ...sized(512 * MiB), volumeCapabilities: [mount(undefined, 'xfs')] }),
      ),
      node.nodeGetVolumeHealth({ volumeId: use.volumeId }),
      controller.controllerGetVolumeHealth({ volumeId: use.volumeId }),
      node.nodeStageVolume(use),
    ]);
    const { usage } = await node.nodeGetVolumeStats({ volumeId: use.volumeId, volumePath: use.targetPath });
    expect(Number(usage[0]?.total)).to.be.above(300 * MiB);
    await detach(driver, use);
  });
});

describe('a copy that takes its time', function () {
  this.timeout(120_000);
  const SIZE = 512 * MiB;
  const copyOf = {
    volumeContentSource: { snapshot: { snapshotId: snapshotId('cut') } },
    volumeCapabilities: [block()],
  };
  // The directory for temporary files is on a filesystem without reflink, or the copy would not take time.
  const driver = useDriver({ options: (at) => ({ pools: [{ name: 'default', path: at('pool') }] }) });
  let written: { bytes: number; digest: string };

  beforeEach(async () => {
    const { pools } = await driver.admin.listPools({});
    expect(pools[0]?.reflink, 'this test needs a TMPDIR that cannot reflink').to.equal(false);
    await driver.controller.createVolume(volumeRequest('source', { ...sized(SIZE), volumeCapabilities: [block()] }));
    const use = useOf(driver.directory.path, 'source', block());
    await attach(driver, use);
    written = await fill(use.targetPath, SIZE);
    await detach(driver, use);
  });

  it('goes on when callers give up, and later calls find it: ABORTED with the progress until it is done', async () => {
    const { controller } = driver;
    await controller.createSnapshot({ name: 'cut', sourceVolumeId: volumeId('source') });
    const request = volumeRequest('copy', copyOf);
    const leaving = new AbortController();
    const cancelled = refusalOf(controller.createVolume(request, { signal: leaving.signal }));
    await until(async () => (await stagedCopies(driver)).length > 0);
    leaving.abort();
    expect(await cancelled).to.include({ code: 'CANCELLED' });

    const seen = new Set(await stagedCopies(driver));
    const messages: string[] = [];
    for (;;) {
      const outcome = await controller
        .createVolume(request, { timeout: 300 })
        .catch((error: unknown) => refusalOf(Promise.reject(error as Error)));
      if (!('code' in outcome)) break;
      expect(outcome.code).to.equal('ABORTED');
      messages.push(outcome.message);
      for (const name of await stagedCopies(driver)) seen.add(name);
    }
    expect(
      messages.some((message) => /copied .+ of 512Mi/.test(message)),
      messages.join(),
    ).to.equal(true);
    expect([...seen], 'it was copied once').to.have.length(1);

    const use = useOf(driver.directory.path, 'copy', block());
    await attach(driver, use);
    expect(await digestOf(use.targetPath, written.bytes)).to.equal(written.digest);
    await detach(driver, use);
  });

  it('lets callers who wait behind it go when they give up', async () => {
    const { controller, node } = driver;
    const events: string[] = [];
    const cut = controller
      .createSnapshot({ name: 'cut', sourceVolumeId: volumeId('source') })
      .then(() => events.push('cut'));
    await until(async () => (await readdir(driver.at('pool/staging'))).length > 0);
    const use = useOf(driver.directory.path, 'source', block());
    const leaving = new AbortController();
    const impatient = { signal: leaving.signal };
    const waiting = [
      refusalOf(node.nodeStageVolume(use, impatient)).then(({ code }) => events.push(code)),
      refusalOf(node.nodeStageVolume(use, { timeout: 50 })).then(({ code }) => events.push(code)),
      refusalOf(controller.deleteVolume({ volumeId: use.volumeId }, { timeout: 50 })).then(({ code }) =>
        events.push(code),
      ),
    ];
    await waiting[1];
    leaving.abort();
    await Promise.all(waiting);
    await cut;
    expect(events.at(-1)).to.equal('cut');
    expect(events.slice(0, -1).sort()).to.deep.equal(['ABORTED', 'CANCELLED', 'DEADLINE_EXCEEDED']);
    // The deletion was asked for before its caller left, and is done.
    await controller.deleteVolume({ volumeId: use.volumeId });
    expect((await controller.listVolumes({})).entries).to.deep.equal([]);
  });
});

async function promised({ admin }: TestDriver): Promise<number> {
  const { pools } = await admin.listPools({});
  return Number(pools[0]?.promisedBytes);
}

/** The unfinished copies of volumes. */
async function stagedCopies(driver: UsedDriver): Promise<string[]> {
  const names = await readdir(driver.at('pool/staging'));
  return names.filter((name) => name.startsWith('vol-'));
}
