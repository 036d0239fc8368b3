import { expect } from 'chai';
import { checkUninstall } from '../../src/app/uninstall-check.ts';
import { uncutSnapshot } from '../../src/domain/snapshot.ts';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { snapshotSpec, readyStatus, volumeSpec } from '../catalog/fixtures.ts';
import { describeInWorld } from '../catalog/kubernetes/world.ts';
import { failureOf } from '../pool/open-test-pool.ts';

describeInWorld('checkUninstall', (world) => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = world().server.kubeconfig;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
  });

  const check = () => checkUninstall('csi.tome.storage');

  it('passes when there is nothing', async () => {
    await check();
  });

  it('names volumes, and snapshots that have outlived theirs, with what to delete', async () => {
    const { volumes, snapshots } = world().open();
    const snapshot = await snapshots.create(snapshotId('cut'), snapshotSpec({ name: 'cut' }), uncutSnapshot);
    const { message } = await failureOf(check());
    expect(message)
      .to.contain('snapshots exist (1): cut; delete their VolumeSnapshots')
      .and.not.contain('volumes exist');
    await snapshots.remove(snapshot);
    await check();
    await volumes.create(volumeId('data'), volumeSpec({ claim: 'space/data' }), readyStatus);
    expect((await failureOf(check())).message).to.contain('volumes exist (1): space/data; delete their claims');
  });
});
