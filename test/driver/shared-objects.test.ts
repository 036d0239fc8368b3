import { expect } from 'chai';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { volumeId } from '../../src/domain/ids.ts';
import { mount, volumeRequest } from '../support/controller.ts';
import { startObjectStore, type ObjectStore } from '../support/object-store.ts';
import { rclone } from '../support/registered-filesystems.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';
import { processCluster, type ControllerClient, type NodeClient, type ProcessCluster } from './process-cluster.ts';

const POOL = 'shared.objects';
const NODES = ['a', 'b'] as const;
const volumeCapability = mount('MULTI_NODE_MULTI_WRITER');

describe('an object store that pods of several nodes share (rclone over S3)', function () {
  this.timeout(90_000);
  let aside: TemporaryDirectory;
  let store: ObjectStore;
  let cluster: ProcessCluster;
  let controller: ControllerClient;
  let nodes: ReadonlyMap<string, NodeClient>;

  beforeEach(async () => {
    aside = temporaryDirectory('tome-shared-objects');
    store = await startObjectStore(aside.path);
    // The nodes are on one machine here: each has a cache of its own by the place of its mount.
    const registration = rclone({ ...store, cache: join(aside.path, 'cache', '{target}') });
    cluster = await processCluster({ filesystems: [registration] });
    nodes = new Map(await Promise.all(NODES.map(async (name) => [name, await cluster.startNode(name)] as const)));
    controller = await cluster.startController('controller');
    await until(async () => (await cluster.catalog.pools.find(POOL))?.spec.nodes.length === 2);
  });
  afterEach(async () => {
    await cluster.cleanUp();
    await store.stop();
    await aside.cleanUp();
  });

  const create = (name: string) =>
    controller.createVolume(
      volumeRequest(name, {
        volumeCapabilities: [volumeCapability],
        parameters: { filesystem: 'objects', sharing: 'many' },
      }),
    );
  const useOf = (name: string, node: string) => ({
    volumeId: volumeId(name),
    volumeCapability,
    stagingTargetPath: cluster.at(node, 'kubelet/plugins/csi.tome.storage', name),
    targetPath: cluster.at(node, 'kubelet/pods', name),
  });

  async function show(name: string, node: string): Promise<string> {
    const { targetPath, ...use } = useOf(name, node);
    mkdirSync(use.stagingTargetPath, { recursive: true });
    await until(() => existsSync(cluster.at(node, 'pool/volumes', volumeId(name), 'record.json')));
    await nodes.get(node)?.nodeStageVolume(use);
    await nodes.get(node)?.nodePublishVolume({ ...use, targetPath });
    return targetPath;
  }

  async function takeAway(name: string, node: string): Promise<void> {
    const { targetPath, stagingTargetPath } = useOf(name, node);
    await nodes.get(node)?.nodeUnpublishVolume({ volumeId: volumeId(name), targetPath });
    await nodes.get(node)?.nodeUnstageVolume({ volumeId: volumeId(name), stagingTargetPath });
  }

  it('has on one node what was written on the other, also when both come to it at once', async () => {
    const { volume } = await create('v');
    expect(volume?.accessibleTopology).to.have.length(2);
    const [onA, onB] = await Promise.all([show('v', 'a'), show('v', 'b')]);
    writeFileSync(join(onA, 'from-a'), 'hello');
    const object = join(store.buckets, 'volumes', volumeId('v'), 'from-a');
    await until(() => existsSync(object));
    // Its list of the directory is not older than the file.
    expect(readFileSync(join(onB, 'from-a'), 'utf8')).to.equal('hello');
    await takeAway('v', 'b');
    writeFileSync(join(onA, 'later'), 'x');
    await takeAway('v', 'a');
    expect(readdirSync(await show('v', 'b')).sort(), 'nothing was lost by that').to.deep.equal(['from-a', 'later']);
    await takeAway('v', 'b');
    await until(async () => (await cluster.catalog.volumes.find(volumeId('v')))?.status.mounts.length === 0);
    await controller.deleteVolume({ volumeId: volumeId('v') });
    expect(existsSync(join(store.buckets, 'volumes', volumeId('v')))).to.equal(false);
  });

  it('can be deleted when nobody has ever used it', async () => {
    await create('v');
    await controller.deleteVolume({ volumeId: volumeId('v') });
    expect(readdirSync(store.buckets)).to.not.include('volumes');
  });
});
