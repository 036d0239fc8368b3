import { expect } from 'chai';
import { createTemplate, type TemplateWish } from '../../src/csi/controller/template/create-template.ts';
import { createTogether, groupOfTemplates } from '../../src/csi/controller/template/create-templates.ts';
import { deleteTemplate } from '../../src/csi/controller/template/delete-template.ts';
import { leaveCatalog } from '../../src/agent/convert.ts';
import { endTemplates } from '../../src/agent/make-templates.ts';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { isSettled } from '../../src/domain/resource.ts';
import { convertVolume } from '../../src/pool/convert-volume.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { snapshotSpec, snapshotStatus } from '../catalog/fixtures.ts';
import { soon } from '../support/soon.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const gold = templateId('gold');
const data = volumeId('data');
const NAMES = ['data', 'index', 'log'];

describe('Volumes that are to become templates', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    node = await cluster.start('a');
    for (const name of NAMES) await cluster.controller.createVolume(small(name));
  });
  afterEach(() => cluster.cleanUp());

  const call = (ms = 20_000) => ({ signal: new AbortController().signal, deadline: Date.now() + ms });
  const wish = (name: string, volume: string): TemplateWish => ({
    ...{ name, source: { kind: 'volume', id: volumeId(volume) }, convert: true, marks: { tags: {} } },
  });
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  /** The node is up again, and nobody acts on it yet. */
  async function idleNode(): Promise<void> {
    await node.stop();
    node = await cluster.start('a', { isStarted: false, sweepIntervalMs: 20 });
  }

  async function expectVolumes(): Promise<void> {
    for (const name of NAMES) {
      expect(await findVolume(node.pool, volumeId(name)), name).not.to.equal(undefined);
      expect((await cluster.catalog.volumes.find(volumeId(name)))?.status.ready, name).to.equal(true);
    }
  }

  it('stay, as what they have become, where that was given up before anybody was told', async () => {
    await idleNode();
    await outcome(createTemplate(wish('gold', 'data'), cluster.deps, call(500)));
    const asked = await cluster.catalog.snapshots.find(gold);
    if (asked === undefined) throw new Error('it was not asked for');
    const { uuid, convertedUuid = '' } = asked.spec;
    // An agent that ended before it could answer.
    const conversion = { id: gold, uuid, name: 'gold', template: 'gold', sourceVolumeId: data, convertedUuid };
    await convertVolume(node.pool, conversion, () => leaveCatalog({ id: data, uuid: convertedUuid }, cluster.catalog));
    const deleted = outcome(deleteTemplate(gold, cluster.deps, call()));
    await waitUntil(cluster.catalog.snapshots, gold, (now) => now?.spec.desired === 'Absent', soon());
    await node.agent.start();
    expect(await deleted).to.contain(`volume ${data} has become template "gold" already`);
    expect((await findSnapshot(node.pool, gold))?.uuid).to.equal(uuid);
    const kept = await cluster.catalog.snapshots.find(gold);
    expect([kept?.spec.desired, kept?.status.ready]).to.deep.equal(['Present', true]);
    // Nothing comes back to it.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await findSnapshot(node.pool, gold))?.uuid).to.equal(uuid);
    // Told of it, a person may.
    expect(await outcome(deleteTemplate(gold, cluster.deps, call()))).to.equal('done');
    expect(await findSnapshot(node.pool, gold)).to.equal(undefined);
  });

  it('stay, as what they become, where that is given up at this moment', async () => {
    const files: { move: (from: string, to: string) => Promise<void> } = node.pool.host.files;
    const rename = files.move.bind(files);
    const deletion = Promise.withResolvers<string>();
    files.move = async (from, to) => {
      await rename(from, to);
      if (!to.endsWith(gold)) return;
      deletion.resolve(outcome(deleteTemplate(gold, cluster.deps, call())));
      await waitUntil(cluster.catalog.snapshots, gold, (now) => now?.spec.desired === 'Absent', soon());
    };
    try {
      await outcome(createTemplate(wish('gold', 'data'), cluster.deps, call()));
    } finally {
      files.move = rename;
    }
    expect(await deletion.promise).to.contain('has become template "gold" already');
    expect(await findSnapshot(node.pool, gold)).not.to.equal(undefined);
  });

  it('are what they have become, also where the disk did not say so', async () => {
    const files: { move: (from: string, to: string) => Promise<void> } = node.pool.host.files;
    const rename = files.move.bind(files);
    files.move = async (from, to) => {
      await rename(from, to);
      if (!to.endsWith(gold)) return;
      files.move = rename;
      throw new Error('an I/O error');
    };
    try {
      expect((await createTemplate(wish('gold', 'data'), cluster.deps, call())).status.ready).to.equal(true);
    } finally {
      files.move = rename;
    }
  });

  it('stay volumes, all of them, where the name of a template is taken by then', async () => {
    await idleNode();
    const wishes = NAMES.map((name) => wish(`t-${name}`, name));
    await outcome(createTogether(wishes, cluster.deps, call(500)));
    const id = groupOfTemplates(wishes);
    const other = { ...snapshotSpec({ name: 't-log', pool: 'b.default' }), template: 't-log' };
    await cluster.catalog.snapshots.create(templateId('t-log'), other, snapshotStatus);
    await node.agent.start();
    const settled = await waitUntil(cluster.catalog.groups, id, (now) => now === undefined || isSettled(now), soon());
    expect(settled?.status.failure).to.include({ reason: 'AlreadyExists' });
    await expectVolumes();
    for (const name of NAMES) expect(await findSnapshot(node.pool, templateId(`t-${name}`))).to.equal(undefined);
  });

  it('are listed once they can be, where the name of one was taken after that was decided', async () => {
    const wishes = NAMES.map((name) => wish(`t-${name}`, name));
    const files: { move: (from: string, to: string) => Promise<void> } = node.pool.host.files;
    const rename = files.move.bind(files);
    const other = { ...snapshotSpec({ name: 't-log', pool: 'b.default' }), template: 't-log' };
    files.move = async (from, to) => {
      await rename(from, to);
      if (to.endsWith(templateId('t-log'))) {
        await cluster.catalog.snapshots.create(templateId('t-log'), other, snapshotStatus);
      }
    };
    try {
      await outcome(createTogether(wishes, cluster.deps, call(2_000)));
    } finally {
      files.move = rename;
    }
    const taken = await cluster.catalog.snapshots.find(templateId('t-log'));
    expect(taken?.spec.pool).to.equal('b.default');
    if (taken !== undefined) await cluster.catalog.snapshots.remove(taken);
    await waitUntil(cluster.catalog.groups, groupOfTemplates(wishes), (now) => now === undefined, soon());
    for (const name of NAMES) {
      expect((await cluster.catalog.snapshots.find(templateId(`t-${name}`)))?.spec.pool, name).to.equal('a.default');
    }
  });

  it('are in the catalog again where they had left it, and what they were to become is not asked for any more', async () => {
    await idleNode();
    const wishes = NAMES.map((name) => wish(`t-${name}`, name));
    await outcome(createTogether(wishes, cluster.deps, call(500)));
    const group = await cluster.catalog.groups.find(groupOfTemplates(wishes));
    if (group === undefined) throw new Error('it was not asked for');
    // An agent that was cut off from the catalog before it could decide.
    for (const { sourceVolumeId: id, convertedUuid: uuid = '' } of group.spec.members) {
      await leaveCatalog({ id, uuid }, cluster.catalog);
    }
    await endTemplates(group, node.pool, cluster.catalog);
    await expectVolumes();
    expect(await cluster.catalog.groups.find(group.id)).to.equal(undefined);
  });

  it('do not leave the catalog while they are being deleted', async () => {
    const volume = await cluster.catalog.volumes.find(data);
    if (volume === undefined) throw new Error('there is no volume');
    await idleNode();
    const { spec } = volume;
    await cluster.catalog.volumes.update(volume, { ...spec, desired: 'Absent', revision: spec.revision + 1 });
    expect(await outcome(leaveCatalog({ id: data, uuid: spec.uuid }, cluster.catalog))).to.contain('is being deleted');
    expect(await cluster.catalog.volumes.find(data)).not.to.equal(undefined);
  });
});
