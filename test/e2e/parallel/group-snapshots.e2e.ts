import { expect } from 'chai';
import { run, type Container } from '../support/exec.ts';
import { eventAbout } from '../support/events.ts';
import {
  groupSnapshotContents,
  groupSnapshots,
  pods,
  snapshots,
  tomeGroups,
  type SnapshotGroupObject,
  type VolumeGroupSnapshot,
} from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { create, get, list, type Reference } from '../support/objects.ts';
import { settings } from '../support/settings.ts';
import type { Space } from '../support/space.ts';
import { snapshotsOf, useSpace } from '../support/use-space.ts';
import { waitFor, watchUntil } from '../support/wait.ts';

/** The claims of the application, each with its class and size. */
const MEMBERS = {
  data: { class: 'tome', size: '64Mi' },
  index: { class: 'tome-xfs', size: '320Mi' },
  log: { class: 'tome', size: '64Mi' },
} as const;
const names = ['data', 'index', 'log'] as const;

/** Each number is on disk in one volume before the next gets it. Any error ends it. */
const STAMP =
  'set -e; trap exit TERM; i=0; while :; do i=$((i + 1)); ' +
  `for v in ${names.join(' ')}; do echo $i >> /app/$v/log; sync /app/$v/log; done; done`;
const STAMP_DEVICES =
  'set -e; trap exit TERM; i=0; while :; do i=$((i + 1)); for d in block-1 block-2; do ' +
  "printf '%015d\\n' $i | dd of=/dev/$d bs=16 count=1 conv=fsync,notrunc 2> /dev/null; done; done";
const WAIT = 'trap exit TERM; sleep 1000000 & wait';

describe('group snapshots', () => {
  const space = useSpace('groups');
  const app = space.container('app');

  it('cut the volumes of a running application at one moment, again and again', async () => {
    for (const name of names) await space.claim(name, { ...MEMBERS[name], labels: { app: 'shop' } });
    await application(space, 'app', names, STAMP);
    for (const round of [1, 2, 3]) {
      await run(app, `until [ "$(wc -l < /app/log/log)" -ge ${round * 10} ]; do sleep 0.1; done`);
      const cut = await group(space, `cut-${round}`, 'shop');
      await ready(cut);
    }
    expect((await get(space.of(pods, 'app'))).status?.phase).to.equal('Running');
  });

  for (const round of [1, 2, 3]) {
    it(`is restored as a whole to a second application, at that moment (${round})`, async () => {
      const members = await membersOf(space, `cut-${round}`);
      const copies = names.map((name) => `${name}-${round}`);
      for (const [index, name] of names.entries()) {
        const { class: storageClass, size } = MEMBERS[name];
        await space.claim(copies[index] ?? '', { class: storageClass, size, snapshot: members[index] ?? '' });
      }
      const restored = `restored-${round}`;
      await application(space, restored, copies);
      const counts = await Promise.all(copies.map((copy) => countIn(space.container(restored), `/app/${copy}/log`)));
      const [data = 0, index = 0, log = 0] = counts;
      expect(log, counts.join()).to.be.at.least(round * 10);
      expect(counts, 'each volume is at most as far as the one before').to.deep.equal(counts.toSorted((a, b) => b - a));
      expect(data - log, counts.join()).to.be.at.most(1);
      expect(index).to.be.within(log, data);
      await space.removedPod(restored);
    });
  }

  it('go with all their snapshots, and leave what was made from them', async () => {
    const volumes = await Promise.all(names.map(async (name) => (await space.volumeReference(name)).name));
    expect(await snapshotsOf(volumes[0] ?? '')).to.have.length(3);
    for (const round of [1, 2, 3]) await space.removed(space.of(groupSnapshots, `cut-${round}`));
    expect(await watchUntil(tomeGroups, {}, (all) => !all.some((found) => isOf(found, volumes)))).not.to.equal(
      undefined,
    );
    for (const volume of volumes) expect(await snapshotsOf(volume)).to.deep.equal([]);
    // The snapshot-controller lets go of them after the group.
    const gone = await watchUntil(snapshots, { namespace: space.name }, (all) => all.length === 0);
    expect(gone).not.to.equal(undefined);
    await application(space, 'still', ['data-1', 'index-1', 'log-1']);
    expect(await countIn(space.container('still'), '/app/log-1/log')).to.be.at.least(10);
  });

  it('cut block devices that are written to at one moment', async () => {
    const originals = ['block-1', 'block-2'];
    for (const name of originals) await space.claim(name, { block: true, size: '16Mi', labels: { app: 'blocks' } });
    await blockDevices(space, 'blocks', originals, STAMP_DEVICES);
    await run(space.container('blocks'), 'until [ "$(head -c 16 /dev/block-2)" -ge 20 ]; do sleep 0.1; done');
    await ready(await group(space, 'blocks', 'blocks'));
    const members = await membersOf(space, 'blocks', originals);
    const copies = originals.map((name) => `${name}-then`);
    for (const [index, snapshot] of members.entries()) {
      await space.claim(copies[index] ?? '', { block: true, size: '16Mi', snapshot });
    }
    await blockDevices(space, 'blocks-then', copies);
    const read = async (name: string) => Number(await run(space.container('blocks-then'), `head -c 16 /dev/${name}`));
    const [first = 0, second = 0] = await Promise.all(copies.map(read));
    expect(first - second, `${first} ${second}`).to.be.oneOf([0, 1]);
    expect(second).to.be.at.least(20);
    await space.removed(space.of(groupSnapshots, 'blocks'));
  });

  it('of volumes on several nodes are refused in words, and nothing is kept of any', async () => {
    const [first, second] = await twoNodes();
    await space.claim('here', { ...MEMBERS.data, labels: { app: 'apart' } });
    await space.claim('there', { ...MEMBERS.data, labels: { app: 'apart' } });
    await space.runningPod('here', { node: first });
    await space.runningPod('there', { node: second });
    const apart = await group(space, 'apart', 'apart');
    const refused = await waitFor(apart, 'refused', (object) => object?.status?.error?.message !== undefined);
    expect(refused?.status?.error?.message)
      .to.contain('only volumes of one pool can be cut at one moment')
      .and.to.contain(first)
      .and.to.contain(second);
    expect(refused?.status?.readyToUse ?? false).to.equal(false);
    const content = { kind: groupSnapshotContents, name: refused?.status?.boundVolumeGroupSnapshotContentName ?? '' };
    expect(await eventAbout(content, /GroupSnapshot.*Failed/)).to.contain('only volumes of one pool');
    const volumes = await Promise.all(['here', 'there'].map(async (name) => (await space.volumeReference(name)).name));
    for (const volume of volumes) expect(await snapshotsOf(volume)).to.deep.equal([]);
    expect((await list(tomeGroups)).filter((found) => isOf(found, volumes))).to.deep.equal([]);
    await space.removed(apart);
  });
});

/** A pod with these claims, each at `/app/CLAIM`. */
async function application(space: Space, name: string, mounted: readonly string[], command = WAIT): Promise<void> {
  await space.runningPod(name, { claims: mounted, command });
}

/** A pod with the devices of these claims, each at `/dev/CLAIM`. */
async function blockDevices(space: Space, name: string, shown: readonly string[], command = WAIT): Promise<void> {
  const volumeDevices = shown.map((claim) => ({ name: claim, devicePath: `/dev/${claim}` }));
  const image = { image: settings.busybox, imagePullPolicy: 'IfNotPresent' };
  const containers = [{ name: 'main', ...image, command: ['sh', '-c', command], volumeDevices }];
  const volumes = shown.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  await space.runningPod(name, { spec: { containers, volumes } });
}

async function group(space: Space, name: string, app: string): Promise<Reference<VolumeGroupSnapshot>> {
  await create(groupSnapshots, {
    metadata: { name, namespace: space.name },
    spec: { volumeGroupSnapshotClassName: 'tome', source: { selector: { matchLabels: { app } } } },
  });
  return space.of(groupSnapshots, name);
}

async function ready(reference: Reference<VolumeGroupSnapshot>): Promise<void> {
  await waitFor(reference, 'ready', (object) => object?.status?.readyToUse === true);
}

/** The VolumeSnapshots of a group, in the order of the claims that they are of. */
async function membersOf(space: Space, name: string, of: readonly string[] = names): Promise<readonly string[]> {
  const all = await list(snapshots, { namespace: space.name });
  const ours = all.filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.name === name));
  expect(ours).to.have.length(of.length);
  return of.map(
    (claim) => ours.find(({ spec }) => spec.source.persistentVolumeClaimName === claim)?.metadata?.name ?? '',
  );
}

/** The lines of a file of numbers; fails unless it holds every one up to the last. */
async function countIn(container: Container, path: string): Promise<number> {
  const lines = (await run(container, `cat ${path}`)).split('\n').map(Number);
  expect(lines, path).to.deep.equal(lines.map((_, index) => index + 1));
  return lines.length;
}

function isOf({ spec }: SnapshotGroupObject, volumes: readonly string[]): boolean {
  return spec.members.some(({ sourceVolumeId }) => volumes.includes(sourceVolumeId));
}
