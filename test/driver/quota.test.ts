import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MiB } from '../../src/domain/sizes.ts';
import { volumeRequest } from '../support/controller.ts';
import { useDriver } from '../support/use-driver.ts';

const limits = { volumes: { most: 10 }, bytes: { most: 1024 * MiB }, snapshots: { most: 10 } };

describe('what a quota counts of a driver', function () {
  this.timeout(60_000);
  const driver = useDriver();

  async function make(name: string, namespace: string): Promise<string> {
    const parameters = {
      storageClass: 'gold',
      'csi.storage.k8s.io/pvc/namespace': namespace,
      'csi.storage.k8s.io/pvc/name': name,
    };
    const request = volumeRequest(name, { capacityRange: { requiredBytes: 16 * MiB }, parameters });
    return (await driver.controller.createVolume(request)).volume?.volumeId ?? '';
  }

  async function used(): Promise<object> {
    const [quota] = (await driver.admin.listQuotas({ name: 'team' })).quotas;
    return {
      volumes: Number(quota?.volumes?.used),
      bytes: Number(quota?.bytes?.used),
      snapshots: Number(quota?.snapshots?.used),
    };
  }

  it('has snapshots and those of groups where their volumes were, also without these and with a catalog made anew', async () => {
    const team = { name: 'team', namespace: 'team-a', storageClass: 'gold', ...limits };
    await driver.admin.setQuota(team);
    const [own, gone, other] = [await make('own', 'team-a'), await make('gone', 'team-a'), await make('b', 'team-b')];
    await driver.controller.createSnapshot({ name: 'one', sourceVolumeId: gone });
    await driver.controller.createSnapshot({ name: 'of-other', sourceVolumeId: other });
    await driver.group.createVolumeGroupSnapshot({ name: 'all', sourceVolumeIds: [own, gone, other] });
    await driver.controller.deleteVolume({ volumeId: gone });
    const expected = { volumes: 1, bytes: 16 * MiB, snapshots: 3 };
    expect(await used()).to.deep.equal(expected);

    await driver.close();
    for (const end of ['', '-wal', '-shm']) await rm(join(driver.stateDir, `catalog.db${end}`), { force: true });
    await driver.start();
    await driver.admin.setQuota(team);
    expect(await used()).to.deep.equal(expected);
  });
});
