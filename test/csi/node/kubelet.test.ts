import { expect } from 'chai';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VolumeRecord } from '../../../src/pool/record.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

const PODS = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'] as const;
const CSI = 'plugins/kubernetes.io/csi';

/** Paths, and what is there before and beside them, as pkg/volume/csi of the kubelet has them. */
describe('as the kubelet calls', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
    await mkdir(globalMount(), { recursive: true });
    await mkdir(blockStaging(), { recursive: true });
    for (const pod of PODS) await mkdir(dirname(podTarget(pod)), { recursive: true });
  });
  afterEach(() => place.cleanUp());

  const globalMount = () => place.at(`${CSI}/csi.tome.storage/${'ab'.repeat(32)}/globalmount`);
  const podTarget = (pod: string) => place.at(`pods/${pod}/volumes/kubernetes.io~csi/pvc-1/mount`);
  const blockStaging = () => place.at(`${CSI}/volumeDevices/staging/pvc-1`);
  const blockTarget = (pod: string) => place.at(`${CSI}/volumeDevices/publish/pvc-1/${pod}`);
  const mapFile = (pod: string) => place.at(`${CSI}/volumeDevices/pvc-1/dev/${pod}`);

  it('a filesystem is staged in a directory that is there, and published at one that is not', async () => {
    const volume = await place.create('v');
    await writeFile(join(dirname(globalMount()), 'vol_data.json'), '{}');
    await writeFile(join(dirname(podTarget(PODS[0])), 'vol_data.json'), '{}');

    const mode = 'SINGLE_NODE_MULTI_WRITER';
    await place.stage(volume, { mode, staging: globalMount(), fsType: 'ext4' });
    await place.publish(volume, { mode, staging: globalMount(), target: podTarget(PODS[0]), fsType: 'ext4' });
    await writeFile(join(podTarget(PODS[0]), 'file'), 'kept');
    await place.unpublish(volume, podTarget(PODS[0]));
    await place.unstage(volume, globalMount());
    expect(await host.files.stat(podTarget(PODS[0]))).to.equal(undefined);
    expect(await readFile(join(dirname(podTarget(PODS[0])), 'vol_data.json'), 'utf8')).to.equal('{}');
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('a pod that only reads gets a read-only target beside one that writes, of the same ReadWriteOnce claim', async () => {
    const volume = await place.create('v');
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    await place.stage(volume, { mode, staging: globalMount() });
    for (const [pod, readonly] of [
      [PODS[0], false],
      [PODS[1], true],
    ] as const) {
      await place.publish(volume, { mode, staging: globalMount(), target: podTarget(pod), readonly });
    }
    await writeFile(join(podTarget(PODS[0]), 'file'), 'seen');
    expect(await readFile(join(podTarget(PODS[1]), 'file'), 'utf8')).to.equal('seen');
    const written: unknown = await writeFile(join(podTarget(PODS[1]), 'file'), '').catch((error: unknown) => error);
    expect(written).to.include({ code: 'EROFS' });
  });

  for (const [what, mode, exclusive] of [
    ['a ReadWriteOncePod claim', 'SINGLE_NODE_SINGLE_WRITER', false],
    ['an exclusive volume', 'SINGLE_NODE_MULTI_WRITER', true],
  ] as const) {
    it(`the second pod of ${what} is told which pod has it, and whose claim it is`, async () => {
      const volume = await place.create('v', { exclusive, claim: 'shop/data' });
      await place.stage(volume, { mode, staging: globalMount() });
      await place.publish(volume, { mode, staging: globalMount(), target: podTarget(PODS[0]) });
      for (const readonly of [false, true]) {
        const ask = { mode, staging: globalMount(), target: podTarget(PODS[1]), readonly } as const;
        const { reason, message } = await failureOf(place.publish(volume, ask));
        expect(reason).to.equal('FailedPrecondition');
        expect(message).to.contain('claim shop/data').and.to.contain(`pod with uid ${PODS[0]}`);
      }
      const elsewhere = await failureOf(place.stage(volume, { mode, staging: place.at('staging') }));
      expect(elsewhere.message).to.contain(`pod with uid ${PODS[0]}`);
      // Of containers that mount a part of the volume (subPath), the kubelet keeps mounts of its own.
      const subPath = place.at(`pods/${PODS[0]}/volume-subpaths/pvc-1/main/0`);
      await mkdir(subPath, { recursive: true });
      await host.mounts.bind({ source: podTarget(PODS[0]), target: subPath, readOnly: false });
      await place.unpublish(volume, podTarget(PODS[0]));
      const ask = { mode, staging: globalMount(), target: podTarget(PODS[1]) } as const;
      expect((await failureOf(place.publish(volume, ask))).message).to.contain(`pod with uid ${PODS[0]}`);
      await host.mounts.unmount(subPath);
      await place.publish(volume, ask);
    });
  }

  /** As the kubelet's MapBlockVolume: the target bound once more, and a loop device over that, which keeps it open. */
  async function mapDevice(pod: string): Promise<string> {
    await mkdir(dirname(mapFile(pod)), { recursive: true });
    await host.images.create(mapFile(pod), 0);
    await host.mounts.bind({ source: blockTarget(pod), target: mapFile(pod), readOnly: false });
    return (await host.run('losetup', ['--find', '--show', mapFile(pod)])).trim();
  }

  async function publishBlock(
    volume: VolumeRecord,
    pod: string,
    mode: 'SINGLE_NODE_MULTI_WRITER' | 'SINGLE_NODE_SINGLE_WRITER',
  ) {
    await mkdir(dirname(blockTarget(pod)), { recursive: true });
    await place.publish(volume, { mode, staging: blockStaging(), target: blockTarget(pod) });
  }

  it('a loop device of the kubelet over a block volume is no stranger', async () => {
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    const volume = await place.create('v', { volumeMode: 'Block' });
    await place.stage(volume, { mode, staging: blockStaging() });
    const loops: string[] = [];
    try {
      for (const pod of PODS) {
        await publishBlock(volume, pod, mode);
        loops.push(await mapDevice(pod));
        // All calls again, as after a restart of the kubelet.
        await place.stage(volume, { mode, staging: blockStaging() });
        await publishBlock(volume, pod, mode);
      }
      expect((await place.kernel(volume)).loops).to.deep.equal(['writers']);
      await write(blockTarget(PODS[0]), 'data');
      expect(await read(blockTarget(PODS[1]))).to.equal('data');

      // One that ends while the kubelet still has its own: the target goes, the device stays for the other pod.
      await place.unpublish(volume, blockTarget(PODS[0]));
      expect(await host.files.stat(blockTarget(PODS[0]))).to.equal(undefined);
      const early = await failureOf(place.unstage(volume, blockStaging()));
      expect(early).to.include({ reason: 'FailedPrecondition' });

      for (const [index, pod] of PODS.entries()) {
        await host.loops.detach(loops[index] ?? '');
        await host.mounts.unmount(mapFile(pod));
        await place.unpublish(volume, blockTarget(pod));
      }
      await place.unstage(volume, blockStaging());
      expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    } finally {
      for (const loop of loops) await host.loops.detach(loop);
    }
  });

  it('a second pod of a block volume with a single writer is told of the first, also by the own mount of the kubelet', async () => {
    const mode = 'SINGLE_NODE_SINGLE_WRITER';
    const volume = await place.create('v', { volumeMode: 'Block' });
    await place.stage(volume, { mode, staging: blockStaging() });
    await publishBlock(volume, PODS[0], mode);
    const loop = await mapDevice(PODS[0]);
    try {
      expect((await failureOf(publishBlock(volume, PODS[1], mode))).message).to.contain(`pod with uid ${PODS[0]}`);
      await place.unpublish(volume, blockTarget(PODS[0]));
      expect((await failureOf(publishBlock(volume, PODS[1], mode))).message).to.contain(`pod with uid ${PODS[0]}`);
    } finally {
      await host.loops.detach(loop);
    }
    await host.mounts.unmount(mapFile(PODS[0]));
    await publishBlock(volume, PODS[1], mode);
  });

  it('who reports what is mounted is told after each call, however it ended', async () => {
    const told: string[] = [];
    const deps = { ...place.deps, onUsageChanged: (id: string) => void told.push(id) };
    Object.assign(place.deps, deps);
    const volume = await place.create('v');
    await place.stage(volume);
    await place.publish(volume);
    await failureOf(place.publish(volume, { target: place.at('second') }));
    await place.unpublish(volume);
    await place.unstage(volume);
    await place.unstage({ id: 'not-ours' });
    expect(told).to.deep.equal(Array(5).fill(volume.id));
  });
});

async function write(path: string, text: string): Promise<void> {
  await using device = await open(path, 'r+');
  await device.write(text, 0);
  await device.sync();
}

async function read(path: string): Promise<string> {
  await using device = await open(path, 'r');
  const { buffer } = await device.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString();
}
