import { expect } from 'chai';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { rename } from 'node:fs/promises';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';
import { managedCluster, type ManagedCluster } from './managed-cluster.ts';
import { until } from '../../support/until.ts';

const on = (...nodes: readonly string[]) => ({
  accessibilityRequirements: { requisite: nodes.map(topologyOf), preferred: nodes.map(topologyOf) },
});

describe('managed volumes on several nodes', function () {
  this.timeout(60_000);
  let cluster: ManagedCluster;
  beforeEach(async () => {
    cluster = await managedCluster();
  });
  afterEach(() => cluster.cleanUp());

  const own = (name: string) => [{ path: cluster.root(name), shared: false }];
  const shared = () => [{ path: cluster.root('net'), shared: true }];
  const volumeIs = (id: string, isSo: (volume: Volume | undefined) => boolean) =>
    waitUntil(cluster.catalog.volumes, id, isSo, soon());

  it('are made on the node that has the directory, whatever node is preferred', async () => {
    const path = cluster.make('srv', 'data');
    await cluster.start('a', [{ path: cluster.root('other'), shared: false }]);
    cluster.make('other');
    await cluster.start('b', own('srv'));
    const { volume } = await cluster.create('v', path, {}, on('a', 'b'));
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('b')]);
    const refusal = await refusalOf(cluster.create('w', `${path}/none`, {}, on('a', 'b')));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('node b says').and.to.contain('does not exist');
    expect(await cluster.catalog.volumes.find(volumeId('w'))).to.equal(undefined);
    await cluster.controller.deleteVolume({ volumeId: volumeId('v') });
    expect(await cluster.catalog.volumes.list()).to.deep.equal([]);
  });

  it('are made of a Volume that a person wrote, as soon as the directory is there', async () => {
    const path = cluster.make('srv', 'away');
    await cluster.start('a', own('srv'));
    const hostPath = cluster.root('srv/photos');
    const id = 'managed-photos';
    await cluster.write(id, 'a.managed', hostPath);
    await volumeIs(id, (volume) => volume?.status.failure?.reason === 'NotFound');
    await rename(path, hostPath);
    const made = await volumeIs(id, (volume) => volume?.status.ready === true);
    expect(made?.status).to.not.have.property('failure');
    const { volume } = await cluster.controller.controllerGetVolume({ volumeId: id });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a')]);
    await cluster.controller.deleteVolume({ volumeId: id });
  });

  it('are known on every node that has the shared root, and gone from all', async () => {
    const path = cluster.make('net', 'data');
    const nodes = [await cluster.start('a', shared()), await cluster.start('b', shared())];
    const id = volumeId('v');
    const { volume } = await cluster.create('v', path, { sharing: 'many' });
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a'), topologyOf('b')]);
    await until(() => nodes.every(({ place }) => place.records.get(id)?.isShared === true));
    expect((await cluster.catalog.pools.find('shared.managed'))?.spec).to.deep.include({
      nodes: ['a', 'b'],
      agent: 'a',
    });
    const refusal = await refusalOf(cluster.create('w', path, {}, on('b')));
    expect(refusal.message).to.contain('is volume "v"');
    await cluster.controller.deleteVolume({ volumeId: id });
    await until(() => nodes.every(({ place }) => !place.records.has(id)));
  });

  it('are acted for by another node when the first has fallen silent', async () => {
    const path = cluster.make('net', 'data');
    await cluster.start('a', shared());
    const b = await cluster.start('b', shared());
    await cluster.create('v', path, { sharing: 'many' });
    await until(() => b.place.records.has(volumeId('v')));
    await cluster.stop('a');
    await cluster.silence('shared.managed');
    await until(async () => (await cluster.catalog.pools.find('shared.managed'))?.spec.agent === 'b');
    await cluster.controller.deleteVolume({ volumeId: volumeId('v') });
    expect(b.place.records.size).to.equal(0);
    await cluster.create('w', cluster.make('net', 'other'), { sharing: 'many' });
    const a = await cluster.start('a', shared());
    await until(() => a.place.records.has(volumeId('w')) && !a.place.records.has(volumeId('v')));
    expect((await cluster.catalog.pools.find('shared.managed'))?.spec.agent).to.equal('b');
  });

  it('are not deleted while another node shows them', async () => {
    const path = cluster.make('net', 'data');
    await cluster.start('a', shared());
    await cluster.start('b', shared());
    await cluster.create('v', path, { sharing: 'many' });
    const id = volumeId('v');
    await cluster.stop('b');
    const mounts = [{ nodeName: 'b', readOnly: false }];
    await modifyStatus(cluster.catalog.volumes, id, ({ status }) => ({ ...status, mounts }));
    const refusal = await refusalOf(cluster.controller.deleteVolume({ volumeId: id }));
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('in use on node b');
    await cluster.silence('b.managed');
    await cluster.controller.deleteVolume({ volumeId: id });
  });
});
