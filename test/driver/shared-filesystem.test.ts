import { expect } from 'chai';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modifyStatus } from '../../src/catalog/modify.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { topologyOf } from '../../src/domain/topology.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { refusalOf } from '../support/refusal.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { processCluster, type ControllerClient, type NodeClient, type ProcessCluster } from './process-cluster.ts';
import { until } from '../support/until.ts';

const POOL = 'shared.depot';
const volumeCapability = mount('MULTI_NODE_MULTI_WRITER');

/** Nodes and a controller, each a process of its own; the directory `store` is what all of them reach. */
describe('a registered filesystem that nodes share', function () {
  this.timeout(90_000);
  let aside: TemporaryDirectory;
  let store: string;
  let cluster: ProcessCluster;
  let controller: ControllerClient;
  let nodes: Readonly<Record<'a' | 'b', NodeClient>>;
  const id = volumeId('v');

  beforeEach(async () => {
    aside = temporaryDirectory('tome-shared-filesystem');
    store = join(aside.path, 'store');
    mkdirSync(store);
    cluster = await processCluster({ filesystems: [depot(store)] });
    nodes = { a: await cluster.startNode('a'), b: await cluster.startNode('b') };
    controller = await cluster.startController('controller');
    await until(async () => (await cluster.catalog.pools.find(POOL))?.spec.nodes.length === 2);
  });
  afterEach(async () => {
    await cluster.cleanUp();
    await aside.cleanUp();
  });

  it('is used on all nodes at once, and deleted once, when no node shows it any more', async () => {
    const { volume } = await controller.createVolume(request());
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a'), topologyOf('b')]);
    for (const name of ['a', 'b'] as const) await show(name);
    writeFileSync(join(targetOn('a'), 'from-a'), 'hello');
    expect(readFileSync(join(targetOn('b'), 'from-a'), 'utf8')).to.equal('hello');
    expect(readdirSync(store), 'the second format has destroyed nothing').to.deep.equal([id]);

    await controller.controllerExpandVolume({ volumeId: id, capacityRange: { requiredBytes: 128 * MiB } });
    await until(() => ['a', 'b'].every(isGrownOn));

    const { agent } = await poolSpec();
    const other = agent === 'a' ? 'b' : 'a';
    await takeAway(other === 'a' ? 'b' : 'a');
    await until(async () => (await mountsOf()).join() === other);
    const refused = await refusalOf(controller.deleteVolume({ volumeId: id }));
    expect(refused).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refused.message).to.contain(`in use on node ${other}`);
    expect(existsSync(join(store, id, 'from-a'))).to.equal(true);

    await takeAway(other);
    await until(async () => (await mountsOf()).length === 0);
    await controller.deleteVolume({ volumeId: id });
    expect(readdirSync(store)).to.deep.equal([]);
    expect(await cluster.catalog.volumes.find(id)).to.equal(undefined);
    await until(() => ['a', 'b'].every((name) => !existsSync(recordOn(name))));
  });

  it('stays usable and can be deleted when the node that acted for it is lost', async () => {
    await controller.createVolume(request());
    const { agent } = await poolSpec();
    const other = agent === 'a' ? 'b' : 'a';
    await until(() => existsSync(recordOn(other)));
    await cluster.kill(agent);
    const heartbeat = new Date(Date.now() - 120_000).toISOString();
    await modifyStatus(cluster.catalog.pools, POOL, ({ status }) => ({ ...status, heartbeat }));
    await show(other);
    writeFileSync(join(targetOn(other), 'file'), 'x');
    await until(async () => (await poolSpec()).agent === other);
    await takeAway(other);
    await controller.deleteVolume({ volumeId: id });
    expect(readdirSync(store)).to.deep.equal([]);
    await controller.createVolume(request('w'));
    await cluster.startNode(agent);
    await until(() => !existsSync(recordOn(agent)) && existsSync(recordOn(agent, volumeId('w'))));
    const all = (await cluster.catalog.volumes.list({ isExact: true })).map((volume) => [volume.id, volume.spec.pool]);
    expect(all, 'no record was taken for a volume of the node').to.deep.equal([[volumeId('w'), POOL]]);
  });

  it('is on the nodes of a pool where the class names one', async () => {
    const { volume } = await controller.createVolume(request('v', { pool: 'default' }));
    expect(volume?.accessibleTopology).to.have.length(1);
  });

  const request = (name = 'v', more = {}) =>
    volumeRequest(name, {
      volumeCapabilities: [volumeCapability],
      parameters: { filesystem: 'depot', sharing: 'many', ...more },
      capacityRange: { requiredBytes: 64 * MiB },
    });
  const stagingOn = (name: string) => cluster.at(name, 'kubelet/plugins/csi.tome.storage/v');
  const targetOn = (name: string) => cluster.at(name, 'kubelet/pods/v');
  const recordOn = (name: string, of = id) => cluster.at(name, 'pool/volumes', of, 'record.json');
  const isGrownOn = (name: string) => readFileSync(recordOn(name), 'utf8').includes(`"size": ${128 * MiB},`);

  async function poolSpec() {
    const pool = await cluster.catalog.pools.find(POOL);
    if (pool === undefined) throw new Error(`${POOL} is not there`);
    return pool.spec as typeof pool.spec & { readonly agent: 'a' | 'b' };
  }

  async function mountsOf(): Promise<readonly string[]> {
    return (await cluster.catalog.volumes.find(id))?.status.mounts.map(({ nodeName }) => nodeName) ?? [];
  }

  async function show(name: 'a' | 'b'): Promise<void> {
    const use = { volumeId: id, volumeCapability, stagingTargetPath: stagingOn(name) };
    await until(() => existsSync(recordOn(name)));
    mkdirSync(stagingOn(name), { recursive: true });
    await nodes[name].nodeStageVolume(use);
    await nodes[name].nodePublishVolume({ ...use, targetPath: targetOn(name) });
  }

  async function takeAway(name: 'a' | 'b'): Promise<void> {
    await nodes[name].nodeUnpublishVolume({ volumeId: id, targetPath: targetOn(name) });
    await nodes[name].nodeUnstageVolume({ volumeId: id, stagingTargetPath: stagingOn(name) });
  }
});

/** `rm` without -f fails when there is nothing: it is not run twice. */
function depot(store: string) {
  const place = `${store}/{volume}`;
  return {
    name: 'depot',
    kind: 'directory',
    stores: 'elsewhere',
    sharing: 'many',
    hooks: {
      format: { command: ['mkdir', '-p', place] },
      mount: { command: ['mount', '--bind', place, '{target}'] },
      grow: { command: ['true'] },
      delete: { command: ['rm', '-r', place] },
    },
  };
}
