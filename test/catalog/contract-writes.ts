import { expect } from 'chai';
import fc from 'fast-check';
import { ConflictError, type Catalog } from '../../src/catalog/catalog.ts';
import { volumeId } from '../../src/domain/ids.ts';
import type { Volume } from '../../src/domain/volume.ts';
import { poolSpec, poolStatus, readyStatus, volumeSpec, volumeStatus } from './fixtures.ts';
import { errorOf, outcomesOf } from './outcomes.ts';

const id = volumeId('one');

export function describeWrites(catalog: () => Catalog): void {
  it('gives back what was created', async () => {
    const spec = volumeSpec({ tags: { 'naïve "quotes"': "'; -- \u{1f4be}\n" } });
    const created = await catalog().volumes.create(id, spec, volumeStatus);
    expect(created).to.deep.include({ id, spec, status: volumeStatus });
    expect(await catalog().volumes.find(id)).to.deep.equal(created);
    expect(await catalog().volumes.find(volumeId('other'))).to.equal(undefined);
  });

  it('keeps kinds apart', async () => {
    await catalog().pools.create('node-a.default', poolSpec, poolStatus);
    expect(await catalog().volumes.find('node-a.default')).to.equal(undefined);
    expect(await catalog().pools.find('node-a.default')).to.deep.include({ spec: poolSpec, status: poolStatus });
  });

  it('refuses an id that is taken and leaves what is there', async () => {
    const first = await catalog().volumes.create(id, volumeSpec({ name: 'first' }), volumeStatus);
    const refusal = await errorOf(catalog().volumes.create(id, volumeSpec({ name: 'second' }), volumeStatus));
    expect(refusal).to.be.instanceOf(ConflictError);
    expect(await catalog().volumes.find(id)).to.deep.equal(first);
  });

  it('replaces spec and status one without the other, each time with a new version', async () => {
    const created = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const spec = { ...created.spec, revision: 2 };
    const updated = await catalog().volumes.update(created, spec);
    expect(updated).to.deep.include({ id, spec, status: volumeStatus });
    const seen = await catalog().volumes.updateStatus(updated, readyStatus);
    expect(seen).to.deep.include({ id, spec, status: readyStatus });
    expect(await catalog().volumes.find(id)).to.deep.equal(seen);
    expect(new Set([created.version, updated.version, seen.version])).to.have.property('size', 3);
  });

  it('refuses every write over a version that is no longer', async () => {
    const stale = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const current = await catalog().volumes.updateStatus(stale, readyStatus);
    const writes = [
      catalog().volumes.update(stale, volumeSpec()),
      catalog().volumes.updateStatus(stale, volumeStatus),
      catalog().volumes.remove(stale),
    ];
    for (const refusal of await Promise.all(writes.map(errorOf))) expect(refusal).to.be.instanceOf(ConflictError);
    expect(await catalog().volumes.find(id)).to.deep.equal(current);
  });

  it('removes, and finds it fine when it is gone already', async () => {
    const volume = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    await Promise.all([catalog().volumes.remove(volume), catalog().volumes.remove(volume)]);
    expect(await catalog().volumes.find(id)).to.equal(undefined);
    expect(await errorOf(catalog().volumes.update(volume, volumeSpec()))).to.be.instanceOf(ConflictError);
  });

  it('forgets as it removes, and tells so at once', async () => {
    const volume = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    const told: (string | undefined)[] = [];
    const stop = catalog().volumes.watch(({ resource }) => told.push(resource?.id));
    const newer = await catalog().volumes.updateStatus(volume, volumeStatus);
    expect(await errorOf(catalog().volumes.forget(volume))).to.be.instanceOf(ConflictError);
    await catalog().volumes.forget(newer);
    expect(await catalog().volumes.find(id)).to.equal(undefined);
    await catalog().volumes.forget(newer);
    stop();
    expect(told).to.deep.equal([id, undefined]);
  });

  it('does not take a volume made again for the one before it', async () => {
    const before = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    await catalog().volumes.remove(before);
    const again = await catalog().volumes.create(id, volumeSpec(), volumeStatus);
    expect(await errorOf(catalog().volumes.update(before, volumeSpec()))).to.be.instanceOf(ConflictError);
    expect(await errorOf(catalog().volumes.remove(before))).to.be.instanceOf(ConflictError);
    expect(await catalog().volumes.find(id)).to.deep.equal(again);
  });

  it('lets one of many writers win each version', async () => {
    const all = Array.from({ length: 100 }, (_, index) => String(index));
    const creations = await outcomesOf(
      all.map((writer) => catalog().volumes.create(id, volumeSpec({ tags: { writer } }), volumeStatus)),
    );
    for (let round = 0; round < 3; round += 1) {
      const [winner] = round === 0 ? creations.values : [await catalog().volumes.find(id)];
      if (winner === undefined) throw new Error('nobody won');
      const { values, errors } = await outcomesOf(
        all.map((writer) =>
          catalog().volumes.update(winner, { ...winner.spec, tags: { writer: `${writer}/${round}` } }),
        ),
      );
      expect(values).to.have.length(1);
      expect(errors.filter((error) => error instanceof ConflictError)).to.have.length(all.length - 1);
      expect(await catalog().volumes.find(id)).to.deep.equal(values[0]);
    }
    expect(creations.values).to.have.length(1);
  });

  it('does what a map with versions does, whatever the sequence of writes', async () => {
    const writes = fc.array(fc.tuple(fc.constantFrom('create', 'spec', 'status', 'remove'), fc.nat(2), fc.nat(1)), {
      maxLength: 25,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(writes, async (sequence) => {
        run += 1;
        const prefix = `run-${String(run)}`;
        const kept = new Map<string, Volume>();
        const seen: Volume[] = [];
        for (const [kind, which, age] of sequence) {
          const target = volumeId(`${prefix}/${String(which)}`);
          // Sometimes the newest version the writer has seen, sometimes an older one.
          const read = seen.filter((volume) => volume.id === target).at(-1 - age);
          await applyToBoth(catalog(), kept, kind, target, read, seen);
          expect(await catalog().volumes.find(target)).to.deep.equal(kept.get(target));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says that it can be read and written', async () => {
    await catalog().check();
    await catalog().check();
  });
}

async function applyToBoth(
  { volumes }: Catalog,
  kept: Map<string, Volume>,
  kind: string,
  target: string,
  read: Volume | undefined,
  seen: Volume[],
): Promise<void> {
  const current = kept.get(target);
  const allowed =
    kind === 'create' ? current === undefined : current !== undefined && current.version === read?.version;
  if (kind !== 'create' && read === undefined) return;
  const attempt = async (): Promise<Volume | undefined> => {
    if (kind === 'create' || read === undefined) return volumes.create(target, volumeSpec(), volumeStatus);
    if (kind === 'spec') return volumes.update(read, { ...read.spec, tags: { write: String(seen.length) } });
    if (kind === 'status') return volumes.updateStatus(read, { ...readyStatus, size: seen.length });
    await volumes.remove(read);
    return undefined;
  };
  if (!allowed && !(kind === 'remove' && current === undefined)) {
    expect(await errorOf(attempt())).to.be.instanceOf(ConflictError);
    return;
  }
  const result = await attempt();
  if (result === undefined) {
    kept.delete(target);
    return;
  }
  kept.set(target, result);
  seen.push(result);
}
