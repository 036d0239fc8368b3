import { expect } from 'chai';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { createTemplate, type TemplateWish } from '../../../src/csi/controller/template/create-template.ts';
import { deleteTemplate } from '../../../src/csi/controller/template/delete-template.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { snapshotId, templateId, volumeId } from '../../../src/domain/ids.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

const gold = templateId('gold');

describe('templates', () => {
  let test: TestController;
  let source: string;

  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
    await test.addPool('b.default');
    source = await madeVolume(test, 'source', {
      capacityRange: { requiredBytes: 2 * GiB },
      accessibilityRequirements: on('a'),
    });
  });
  afterEach(() => test.stop());

  const on = (node: string) => ({ requisite: [], preferred: [{ segments: { 'topology.tome.storage/node': node } }] });
  const call = () => ({ signal: new AbortController().signal, deadline: Date.now() + 60_000 });
  const create = (changes: Partial<TemplateWish> = {}) =>
    createTemplate(
      { name: 'gold', source: { kind: 'volume', id: source }, convert: false, marks: { tags: {} }, ...changes },
      test.deps,
      call(),
    );
  const remove = () => deleteTemplate(gold, test.deps, call());
  const clone = (name: string, changes: Partial<CreateVolumeRequest> = {}) =>
    test.controller.createVolume({
      name,
      parameters: { template: 'gold' },
      volumeCapabilities: [mount()],
      ...changes,
    });
  const thrown = async (work: Promise<unknown>): Promise<VolumeError> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (error instanceof VolumeError) return error;
    throw new Error(`not refused: ${String(error)}`);
  };

  it('are made once, and not of something else under the same name', async () => {
    const made = await create();
    expect(made.spec).to.include({ template: 'gold', sourceVolumeId: source, pool: 'a.default' });
    expect((await create()).spec.uuid).to.equal(made.spec.uuid);
    const other = await madeVolume(test, 'other');
    const refusal = await thrown(create({ source: { kind: 'volume', id: other } }));
    expect(refusal).to.include({ reason: 'AlreadyExists' });
    expect((await thrown(create({ convert: true }))).reason).to.equal('AlreadyExists');
  });

  it('are cloned where they are, whatever node is preferred, larger and not smaller', async () => {
    await create();
    const { volume } = await clone('c', { accessibilityRequirements: on('b') });
    expect(volume?.contentSource).to.equal(null);
    expect(volume?.accessibleTopology.map(({ segments }) => Object.values(segments))).to.deep.equal([['a']]);
    const { spec } = (await test.catalog.volumes.find(volumeId('c'))) ?? {};
    expect(spec).to.deep.include({ source: { kind: 'template', id: gold }, size: 2 * GiB, fsType: 'ext4' });
    expect((await clone('c', { accessibilityRequirements: on('b') })).volume?.volumeId).to.equal(volumeId('c'));
    await clone('large', { capacityRange: { requiredBytes: 3 * GiB } });
    expect((await refusalOf(clone('small', { capacityRange: { requiredBytes: GiB } }))).code).to.equal('OUT_OF_RANGE');
  });

  it('refuse a clone clearly when there is none, or it is not ready, or another source is named', async () => {
    const none = await refusalOf(clone('c'));
    expect(none).to.deep.include({ code: 'FAILED_PRECONDITION' });
    expect(none.message).to.contain('there is no template "gold"');
    test.agent.pause();
    const creating = create();
    const { promise: isThere, resolve } = Promise.withResolvers<undefined>();
    const stop = test.catalog.snapshots.watch(() => {
      resolve(undefined);
    });
    await isThere;
    stop();
    expect((await refusalOf(clone('c'))).code).to.equal('ABORTED');
    test.agent.resume();
    await creating;
    const both = clone('c', { volumeContentSource: { volume: { volumeId: source } } });
    expect((await refusalOf(both)).code).to.equal('INVALID_ARGUMENT');
  });

  it('are no snapshots to CSI', async () => {
    await create();
    await test.controller.createSnapshot({ name: 's', sourceVolumeId: source });
    const { entries } = await test.controller.listSnapshots({});
    expect(entries.map(({ snapshot }) => snapshot?.snapshotId)).to.deep.equal([snapshotId('s')]);
    expect((await test.controller.listSnapshots({ snapshotId: gold })).entries).to.deep.equal([]);
    expect((await refusalOf(test.controller.getSnapshot({ snapshotId: gold }))).code).to.equal('NOT_FOUND');
    const restore = clone('r', { parameters: {}, volumeContentSource: { snapshot: { snapshotId: gold } } });
    expect((await refusalOf(restore)).code).to.equal('NOT_FOUND');
    await test.controller.deleteSnapshot({ snapshotId: gold });
    expect(await test.catalog.snapshots.find(gold)).not.to.equal(undefined);
  });

  it('are not deleted while volumes are clones of them; the first few are named', async () => {
    await create();
    for (const name of ['c1', 'c2', 'c3', 'c4', 'c5']) await clone(name);
    const refusal = await thrown(remove());
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(refusal.message).to.match(/"gold" has 5 clones, .*: volume c\d, volume c\d, volume c\d and 2 more$/);
    for (const name of ['c1', 'c2', 'c3', 'c4', 'c5']) {
      await test.controller.deleteVolume({ volumeId: volumeId(name) });
    }
    await remove();
    await remove();
    expect(await test.catalog.snapshots.find(gold)).to.equal(undefined);
  });

  it('are not deleted while they are locked', async () => {
    await create({ marks: { deleteLock: true, tags: { team: 'a' } } });
    expect((await thrown(remove())).message).to.contain('template "gold" has a delete lock');
    expect((await test.catalog.snapshots.find(gold))?.spec.tags).to.deep.equal({ team: 'a' });
  });

  it('are converted of no volume that is attached, naming who has it', async () => {
    await test.controller.controllerPublishVolume({ volumeId: source, nodeId: 'a', volumeCapability: mount() });
    expect((await thrown(create({ convert: true }))).message).to.match(/is attached to node a: detach it first/);
    await test.controller.controllerUnpublishVolume({ volumeId: source, nodeId: 'a' });
    expect((await create({ convert: true })).spec.convertedUuid).to.equal(
      (await test.catalog.volumes.find(source))?.spec.uuid,
    );
  });
});
