import { expect } from 'chai';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { groupId, snapshotId, volumeId } from '../../src/domain/ids.ts';
import { groupSpec, groupStatus, poolSpec, poolStatus, snapshotSpec, snapshotStatus } from './fixtures.ts';
import { volumeSpec, volumeStatus } from './fixtures.ts';

export function describeLists(catalog: () => Catalog): void {
  it('lists nothing at first, and then all in the order of ids', async () => {
    expect(await catalog().volumes.list()).to.deep.equal([]);
    const ids = await createVolumes(catalog(), 25);
    expect((await catalog().volumes.list()).map(({ id }) => id)).to.deep.equal(ids);
  });

  it('lists what came and not what went since the last list, as it is now', async () => {
    const { volumes } = catalog();
    const first = await volumes.create(volumeId('first'), volumeSpec(), volumeStatus);
    const second = await volumes.create(volumeId('second'), volumeSpec(), volumeStatus);
    expect(await volumes.list()).to.have.deep.members([first, second]);
    const changed = await volumes.updateStatus(first, { ...volumeStatus, size: 1 });
    expect(await volumes.list()).to.have.deep.members([changed, second]);
    await volumes.remove(second);
    expect(await volumes.list()).to.deep.equal([changed]);
    const third = await volumes.create(volumeId('third'), volumeSpec(), volumeStatus);
    expect(await volumes.list()).to.have.deep.members([changed, third]);
    await volumes.forget(third);
    expect(await volumes.list()).to.deep.equal([changed]);
  });

  it('gives whole resources', async () => {
    const volume = await catalog().volumes.create(volumeId('one'), volumeSpec(), volumeStatus);
    expect(await catalog().volumes.list({ limit: 1 })).to.deep.equal([volume]);
  });

  it('pages, also when the last one seen is gone by then', async () => {
    const ids = await createVolumes(catalog(), 25);
    const paged: string[] = [];
    for (;;) {
      const after = paged.at(-1);
      const page = await catalog().volumes.list({ limit: 10, ...(after !== undefined && { after }) });
      expect(page.length).to.be.at.most(10);
      if (page.length === 0) break;
      paged.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last !== undefined) await catalog().volumes.remove(last);
    }
    expect(paged).to.deep.equal(ids);
  });

  it('narrows by pool, in pages', async () => {
    await createVolumes(catalog(), 9);
    const elsewhere = volumeId('elsewhere');
    await catalog().volumes.create(elsewhere, volumeSpec({ pool: 'node-b.default' }), volumeStatus);
    expect((await catalog().volumes.list({ pool: 'node-b.default' })).map(({ id }) => id)).to.deep.equal([elsewhere]);
    const here = await catalog().volumes.list({ pool: 'node-a.default', limit: 5 });
    const rest = await catalog().volumes.list({ pool: 'node-a.default', after: here.at(-1)?.id ?? '', limit: 5 });
    expect(here).to.have.length(5);
    expect(rest).to.have.length(4);
    expect(await catalog().volumes.list({ pool: 'nowhere' })).to.deep.equal([]);
  });

  it('narrows snapshots by source, by group and by both', async () => {
    const [a, b] = [volumeId('a'), volumeId('b')];
    const group = groupId('g');
    const create = (name: string, sourceVolumeId: string, inGroup: boolean) =>
      catalog().snapshots.create(
        snapshotId(name),
        snapshotSpec({ name, sourceVolumeId, ...(inGroup && { groupId: group }) }),
        snapshotStatus,
      );
    await create('1', a, false);
    await create('2', a, true);
    await create('3', b, true);
    const names = async (query: { sourceVolumeId?: string; groupId?: string }) =>
      (await catalog().snapshots.list(query)).map(({ spec }) => spec.name).sort();
    expect(await names({ sourceVolumeId: a })).to.deep.equal(['1', '2']);
    expect(await names({ groupId: group })).to.deep.equal(['2', '3']);
    expect(await names({ groupId: group, sourceVolumeId: b })).to.deep.equal(['3']);
    expect(await names({ groupId: groupId('other') })).to.deep.equal([]);
  });

  it('narrows volumes by the nodes they are attached to', async () => {
    const { volumes } = catalog();
    const attachment = (nodeName: string) => ({
      nodeName,
      readOnly: true,
      accessMode: 'MULTI_NODE_READER_ONLY' as const,
    });
    const idsAt = async (attachedTo: string) => (await volumes.list({ attachedTo })).map(({ id }) => id);
    const [one, two] = [volumeId('one'), volumeId('two')];
    const first = await volumes.create(one, volumeSpec({ attachments: [attachment('a')] }), volumeStatus);
    const second = await volumes.create(two, volumeSpec(), volumeStatus);
    expect(await idsAt('a')).to.deep.equal([one]);

    const both = await volumes.update(second, { ...second.spec, attachments: [attachment('a'), attachment('b')] });
    expect(await idsAt('a')).to.have.members([one, two]);
    expect(await idsAt('b')).to.deep.equal([two]);

    await volumes.remove(first);
    await volumes.update(both, { ...both.spec, attachments: [attachment('b')] });
    expect(await idsAt('a')).to.deep.equal([]);
    expect(await idsAt('b')).to.deep.equal([two]);
    expect(await catalog().snapshots.list({ attachedTo: 'b' })).to.deep.equal([]);
  });

  it('matches nothing by a field that the kind does not have', async () => {
    await createVolumes(catalog(), 1);
    await catalog().groups.create(groupId('g'), groupSpec(), groupStatus);
    await catalog().pools.create('node-a.default', poolSpec, poolStatus);
    expect(await catalog().volumes.list({ sourceVolumeId: volumeId('a') })).to.deep.equal([]);
    expect(await catalog().groups.list({ groupId: groupId('g') })).to.deep.equal([]);
    expect(await catalog().groups.list({ pool: 'node-a.default' })).to.have.length(1);
    expect(await catalog().pools.list({ pool: 'default' })).to.deep.equal([]);
  });
}

async function createVolumes({ volumes }: Catalog, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => volumeId(`volume ${String(index)}`));
  await Promise.all(ids.map((id) => volumes.create(id, volumeSpec(), volumeStatus)));
  return ids.sort();
}
