import { expect } from 'chai';
import fc from 'fast-check';
import { controllerPublishVolume } from '../../../src/csi/controller/controller-publish-volume.ts';
import { controllerUnpublishVolume } from '../../../src/csi/controller/controller-unpublish-volume.ts';
import type { ControllerDeps } from '../../../src/csi/controller/deps.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { accessModes, isMultiNodeWriterMode } from '../../../src/domain/access.ts';
import type { Attachment } from '../../../src/domain/volume.ts';
import { madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { received } from '../../support/received.ts';
import { withStaleReads } from '../../support/stale-reads.ts';

/** Every version of the attachments, in the order in which they were. */
type History = (readonly Attachment[])[];

/** A writer beside anybody; or a step that both takes and gives, so that somebody lost a grant without being told. */
function violations(history: History): History {
  return history.filter((held, index) => {
    const before = history[index - 1] ?? [];
    const isShared = held.some(({ readOnly }) => !readOnly) && held.length > 1;
    const added = held.filter((present) => !before.some((earlier) => isSame(earlier, present)));
    const removed = before.filter((earlier) => !held.some((present) => isSame(earlier, present)));
    return isShared || added.length > 1 || (added.length > 0 && removed.length > 0);
  });
}

const nodes = ['a', 'b', 'c', 'd'];
const call = fc.record({
  nodeId: fc.constantFrom(...nodes),
  readonly: fc.boolean(),
  mode: fc.constantFrom(...accessModes.filter((mode) => !isMultiNodeWriterMode(mode))),
  /** How many turns of the event loop it comes later. */
  delay: fc.nat(20),
  kind: fc.constantFrom('publish', 'publish', 'publish', 'unpublish', 'unpublish all'),
});

const callsOf = fc.array(call, { minLength: 8, maxLength: 40 });
const delaysOf = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 });

describe('racing callers for one volume', () => {
  let test: TestController;
  before(async () => {
    test = await startController();
    await test.addPool('a.default', { nodes });
  });
  after(() => test.stop());

  it('never have a writer beside anybody, at any version', async function () {
    this.timeout(60_000);
    const seen = { writers: 0, readers: 0, refused: 0 };
    let round = 0;
    await fc.assert(
      fc.asyncProperty(callsOf, delaysOf, async (calls, delays) => {
        round += 1;
        const id = await madeVolume(test, `v${round}`);
        const history: History = [];
        const stop = test.catalog.volumes.watch(({ resource }) => {
          if (resource !== undefined) history.push(resource.spec.attachments);
        }, id);
        const deps = { ...test.deps, catalog: withStaleReads(test.catalog, delays) };
        const outcomes = await Promise.all(calls.map((wanted) => run(deps, id, wanted)));
        stop();

        expect(violations(history)).to.deep.equal([]);
        for (const { granted, code } of outcomes) {
          if (granted !== undefined) {
            const isHeld = history.some((held) => held.some((present) => isSame(present, granted)));
            expect(isHeld, `${JSON.stringify(granted)} was answered but never held`).to.equal(true);
          }
          expect(['OK', 'FailedPrecondition', 'AlreadyExists']).to.include(code);
          if (code === 'FailedPrecondition') seen.refused += 1;
        }
        if (history.some((held) => held.some(({ readOnly }) => !readOnly))) seen.writers += 1;
        if (history.some((held) => held.length > 1)) seen.readers += 1;
      }),
      { numRuns: 60 },
    );
    // The calls did get in each other's way.
    expect(Math.min(seen.writers, seen.readers, seen.refused)).to.be.above(5);
  });

  it('sees a violation where there is one', () => {
    const writerOn = (nodeName: string): Attachment => ({
      nodeName,
      readOnly: false,
      accessMode: 'SINGLE_NODE_WRITER',
    });
    const readerOn = (nodeName: string): Attachment => ({ ...writerOn(nodeName), readOnly: true });
    for (const bad of [
      [[], [writerOn('a')], [writerOn('a'), readerOn('b')]],
      [[writerOn('a'), writerOn('b')]],
      [[writerOn('a')], [writerOn('b')]],
    ]) {
      expect(violations(bad)).to.have.length(1);
    }
    for (const good of [
      [[writerOn('a')], [], [writerOn('b')]],
      [[readerOn('a')], [readerOn('a'), readerOn('b')], []],
    ]) {
      expect(violations(good)).to.deep.equal([]);
    }
  });

  it('let exactly one of many writers in', async () => {
    const id = await madeVolume(test, 'contested');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        test.controller.controllerPublishVolume({
          volumeId: id,
          nodeId: nodes[index % nodes.length] ?? '',
          volumeCapability: mount(),
        }),
      ),
    );
    const [holder, ...others] = (await test.catalog.volumes.find(id))?.spec.attachments ?? [];
    expect(others).to.deep.equal([]);
    const winners = outcomes.flatMap(({ status }, index) =>
      status === 'fulfilled' ? [nodes[index % nodes.length]] : [],
    );
    expect(new Set(winners)).to.deep.equal(new Set([holder?.nodeName]));
    expect(winners).to.have.length(10);
  });
});

function isSame(a: Attachment, b: Attachment): boolean {
  return a.nodeName === b.nodeName && a.readOnly === b.readOnly && a.accessMode === b.accessMode;
}

async function run(
  deps: ControllerDeps,
  volumeId: string,
  { nodeId, readonly, mode, delay, kind }: typeof call extends fc.Arbitrary<infer T> ? T : never,
): Promise<{ code: string; granted?: Attachment }> {
  for (let turn = 0; turn < delay; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  if (kind !== 'publish') {
    const request = { volumeId, nodeId: kind === 'unpublish' ? nodeId : '' };
    await controllerUnpublishVolume(received('ControllerUnpublishVolume', request), deps);
    return { code: 'OK' };
  }
  const request = { volumeId, nodeId, readonly, volumeCapability: mount(mode) };
  try {
    const { publishContext } = await controllerPublishVolume(received('ControllerPublishVolume', request), deps);
    const readOnly = publishContext?.['readOnly'] === 'true';
    return { code: 'OK', granted: { nodeName: nodeId, readOnly, accessMode: mode } };
  } catch (error) {
    if (error instanceof VolumeError) return { code: error.reason };
    throw error;
  }
}
