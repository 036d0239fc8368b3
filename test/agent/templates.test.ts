import { expect } from 'chai';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { createTemplate, type TemplateWish } from '../../src/csi/controller/template/create-template.ts';
import { deleteTemplate } from '../../src/csi/controller/template/delete-template.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { convertVolume } from '../../src/pool/convert-volume.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const gold = templateId('gold');
const data = volumeId('data');

describe('Templates, in the pool', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    await cluster.controller.createVolume(small('data'));
  });
  afterEach(() => cluster.cleanUp());

  const call = () => ({ signal: new AbortController().signal, deadline: Date.now() + 60_000 });
  const create = (changes: Partial<TemplateWish> = {}) => {
    const source = { kind: 'volume', id: data } as const;
    return createTemplate(
      { name: 'gold', source, convert: false, marks: { tags: {} }, ...changes },
      cluster.deps,
      call(),
    );
  };
  const remove = () => deleteTemplate(gold, cluster.deps, call());
  const clone = (name: string) => cluster.controller.createVolume({ ...small(name), parameters: { template: 'gold' } });
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it('counts the clones that it has itself, also of a catalog that knows none, and after a restart', async () => {
    await create();
    await clone('c');
    const known = await cluster.catalog.volumes.find(volumeId('c'));
    if (known === undefined) throw new Error('there is no clone');
    const { revision, uuid } = (await create()).spec;
    await cluster.catalog.volumes.remove(known);
    expect(await outcome(remove())).to.match(/template "gold" has 1 clone, .*: volume c$/);
    expect((await findSnapshot(node.pool, gold))?.uuid).to.equal(uuid);
    expect(revision).to.equal(1);
    await waitUntil(cluster.catalog.volumes, volumeId('c'), (now) => now?.status.ready === true, soon());

    await node.stop();
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    const again = await cluster.catalog.volumes.find(volumeId('c'));
    expect(again?.spec.source).to.deep.equal({ kind: 'template', id: gold });
    expect(node.pool.ledger.clonesOf(gold)).to.deep.equal([volumeId('c')]);
    await cluster.controller.controllerExpandVolume({
      volumeId: volumeId('c'),
      capacityRange: { requiredBytes: 2 ** 25 },
    });
    expect(node.pool.ledger.clonesOf(gold)).to.deep.equal([volumeId('c')]);
    await cluster.controller.deleteVolume({ volumeId: volumeId('c') });
    await remove();
    expect(await findSnapshot(node.pool, gold)).to.equal(undefined);
  });

  it('lets either a clone or the deletion win, never both', async () => {
    for (let round = 0; round < 12; round += 1) {
      await create();
      const names = [`x${round}`, `y${round}`];
      const [deleted, ...cloned] = await Promise.all([outcome(remove()), ...names.map((name) => outcome(clone(name)))]);
      const isThere = (await findSnapshot(node.pool, gold)) !== undefined;
      const clones = await Promise.all(names.map((name) => findVolume(node.pool, volumeId(name))));
      const made = clones.filter((record) => record !== undefined).length;
      expect(cloned.filter((how) => how === 'done').length, cloned.join('; ')).to.equal(made);
      expect(isThere, `${deleted}; ${cloned.join('; ')}`).to.equal(made > 0 || deleted !== 'done');
      if (deleted === 'done') expect(made).to.equal(0);
      for (const name of names) await cluster.controller.deleteVolume({ volumeId: volumeId(name) });
      await remove();
    }
  });

  it('counts a clone that has become a template', async () => {
    await create();
    await clone('c');
    await create({ name: 'silver', source: { kind: 'volume', id: volumeId('c') }, convert: true });
    expect(await findVolume(node.pool, volumeId('c'))).to.equal(undefined);
    expect(await outcome(remove())).to.match(/has 1 clone, .*: template silver$/);
    await deleteTemplate(templateId('silver'), cluster.deps, call());
    await remove();
  });

  it('converts a volume: the same image, and no volume any more', async () => {
    const before = await findVolume(node.pool, data);
    const { promised } = node.pool.ledger;
    const template = await create({ convert: true, marks: { deleteLock: true, tags: { team: 'a' } } });
    expect(template.spec.convertedUuid).to.equal(before?.uuid);
    expect(await cluster.catalog.volumes.find(data)).to.equal(undefined);
    expect(await findVolume(node.pool, data)).to.equal(undefined);
    expect(await findSnapshot(node.pool, gold)).to.deep.include({
      template: 'gold',
      size: before?.size,
      deleteLock: true,
      tags: { team: 'a' },
    });
    expect(node.pool.ledger.promised).to.be.below(promised + 1);
    // As after a lost catalog.
    const known = await cluster.catalog.snapshots.find(gold);
    if (known !== undefined) await cluster.catalog.snapshots.remove(known);
    const adopted = await waitUntil(cluster.catalog.snapshots, gold, (now) => now?.status.ready === true, soon());
    expect(adopted?.spec).to.deep.include({ template: 'gold', deleteLock: true, tags: { team: 'a' } });
    // The name is free for another volume.
    await cluster.controller.createVolume(small('data'));
  });

  it('lets either the conversion or who attaches the volume win', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = volumeId(`v${round}`);
      await cluster.controller.createVolume(small(`v${round}`));
      const volumeCapability = { mount: {}, accessMode: { mode: 'SINGLE_NODE_WRITER' as const } };
      const attach = cluster.controller.controllerPublishVolume({ volumeId: id, nodeId: 'a', volumeCapability });
      const converting = create({ name: `t${round}`, source: { kind: 'volume', id }, convert: true });
      const [attached, converted] = await Promise.all([outcome(attach), outcome(converting)]);
      const volume = await cluster.catalog.volumes.find(id);
      const template = await findSnapshot(node.pool, templateId(`t${round}`));
      expect([attached, converted].filter((how) => how === 'done').length, `${attached}; ${converted}`).to.equal(1);
      expect(volume !== undefined, converted).to.equal(converted !== 'done');
      expect(template !== undefined).to.equal(converted === 'done');
      expect((await findVolume(node.pool, id)) !== undefined).to.equal(converted !== 'done');
    }
  });

  it('takes a volume back into the catalog that left it and could not be converted', async () => {
    const files: { move: (from: string, to: string) => Promise<void> } = node.pool.host.files;
    const rename = files.move.bind(files);
    files.move = (from, to) => (to.includes('tmpl-') ? Promise.reject(new Error('no space')) : rename(from, to));
    try {
      expect(await outcome(create({ convert: true }))).to.contain('no space');
    } finally {
      files.move = rename;
    }
    expect((await cluster.catalog.volumes.find(data))?.status.ready).to.equal(true);
    expect(await findVolume(node.pool, data)).not.to.equal(undefined);
    await create({ convert: true });
  });

  it('is not made of a volume that was made anew since', async () => {
    const record = await findVolume(node.pool, data);
    const uuid = '00000000-0000-4000-8000-000000000000';
    const conversion = { id: gold, uuid, name: 'gold', template: 'gold', sourceVolumeId: data };
    const work = convertVolume(node.pool, { ...conversion, convertedUuid: uuid }, () => Promise.resolve());
    expect(await outcome(work)).to.contain('made anew since');
    expect(await findVolume(node.pool, data)).to.deep.equal(record);
  });
});
