import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { waitUntil } from '../../src/catalog/wait-until.ts';
import { requestDeletion } from '../../src/csi/controller/request-deletion.ts';
import type { TemplateWish } from '../../src/csi/controller/template/create-template.ts';
import { createTogether, groupOfTemplates } from '../../src/csi/controller/template/create-templates.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { convertVolume } from '../../src/pool/convert-volume.ts';
import { refuseConverting } from '../../src/pool/converting.ts';
import { deleteVolume } from '../../src/pool/delete-volume.ts';
import { findSnapshot, findVolume } from '../../src/pool/find.ts';
import { failureOf } from '../pool/open-test-pool.ts';
import { soon } from '../support/soon.ts';
import { until } from '../support/until.ts';
import { small, testCluster, type TestCluster, type TestNode } from './cluster.ts';

const NAMES = ['data', 'index', 'log'];

describe('A group of volumes that is decided to become templates, and cannot be moved', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  let node: TestNode;
  beforeEach(async () => {
    cluster = await testCluster(['a']);
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    for (const name of NAMES) await cluster.controller.createVolume(small(name));
  });
  afterEach(() => cluster.cleanUp());

  const wishes: readonly TemplateWish[] = NAMES.map((name) => ({
    name: `t-${name}`,
    source: { kind: 'volume', id: volumeId(name) },
    convert: true,
    marks: { tags: {} },
  }));
  const group = groupOfTemplates(wishes);
  const call = () => ({ signal: new AbortController().signal, deadline: Date.now() + 20_000 });

  /** The disk of the pool takes the first of them only; returns how to mend it. */
  function breakMoves(): () => void {
    const files: { move: (from: string, to: string) => Promise<void> } = node.pool.host.files;
    const rename = files.move.bind(files);
    const isRefused = (to: string) => NAMES.slice(1).some((name) => to.endsWith(templateId(`t-${name}`)));
    files.move = (from, to) => (isRefused(to) ? Promise.reject(new Error('an I/O error')) : rename(from, to));
    return () => {
      files.move = rename;
    };
  }

  /** Whoever asked for them has gone once the first is there. */
  async function halfDone(): Promise<void> {
    const caller = new AbortController();
    const asked = createTogether(wishes, cluster.deps, { ...call(), signal: caller.signal });
    const refused = failureOf(asked);
    await until(async () => (await findSnapshot(node.pool, templateId('t-data'))) !== undefined);
    caller.abort();
    await refused;
  }

  async function untilAllAreTemplates(): Promise<void> {
    await waitUntil(cluster.catalog.groups, group, (now) => now === undefined, soon());
    for (const name of NAMES) {
      expect((await cluster.catalog.snapshots.find(templateId(`t-${name}`)))?.status.ready).to.equal(true);
      expect(await findVolume(node.pool, volumeId(name))).to.equal(undefined);
      expect(await cluster.catalog.volumes.find(volumeId(name))).to.equal(undefined);
    }
  }

  it('lets nobody have a volume of it, and goes on by itself', async () => {
    const mend = breakMoves();
    try {
      await halfDone();
      for (const name of NAMES.slice(1)) {
        const record = await findVolume(node.pool, volumeId(name));
        if (record === undefined) throw new Error(`${name} is gone`);
        const refused: unknown = await refuseConverting(node.pool, record).catch((error: unknown) => error);
        expect(refused).to.include({ reason: 'FailedPrecondition' });
        expect(String(refused)).to.contain(`is becoming template "t-${name}"`);
        const { id, uuid } = record;
        const other = { id: templateId('other'), name: 'other', template: 'other', uuid: randomUUID() };
        const conversion = { ...other, sourceVolumeId: id, convertedUuid: uuid };
        const becoming = { reason: 'FailedPrecondition', message: String(refused).replace('VolumeError: ', '') };
        // Both may have waited for the lock.
        expect(await failureOf(deleteVolume(node.pool, id, uuid))).to.deep.equal(becoming);
        expect(await failureOf(convertVolume(node.pool, conversion, () => Promise.resolve()))).to.deep.equal(becoming);
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      // A sweep takes back no volume that is none any more.
      expect(await cluster.catalog.volumes.list()).to.deep.equal([]);
    } finally {
      mend();
    }
    await untilAllAreTemplates();
  });

  it('is finished where it is not asked for any more', async () => {
    const mend = breakMoves();
    let deletion: Promise<unknown>;
    try {
      await halfDone();
      deletion = requestDeletion(cluster.catalog.groups, group, () => undefined, cluster.deps, call());
      await waitUntil(cluster.catalog.groups, group, (now) => now?.spec.desired === 'Absent', soon());
    } finally {
      mend();
    }
    await deletion;
    await untilAllAreTemplates();
  });

  it('is finished by the next start', async () => {
    const mend = breakMoves();
    try {
      await halfDone();
      await node.stop();
    } finally {
      mend();
    }
    node = await cluster.start('a', { sweepIntervalMs: 50 });
    await untilAllAreTemplates();
  });
});
