import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from '../../../src/catalog/catalog.ts';
import { modifyStatus, modify } from '../../../src/catalog/modify.ts';
import { requestDeletion } from '../../../src/csi/controller/request-deletion.ts';
import type { Call } from '../../../src/csi/server/unary.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { Volume } from '../../../src/domain/volume.ts';
import { changed } from '../../support/changed-collection.ts';
import { madeVolume, mount, startController, type TestController } from '../../support/controller.ts';
import { refusalOf } from '../../support/refusal.ts';

describe('DeleteVolume', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default');
  });
  afterEach(() => test.stop());

  it('refuses no id, and is content with one that names nothing', async () => {
    expect((await refusalOf(test.controller.deleteVolume({}))).code).to.equal('INVALID_ARGUMENT');
    for (const id of ['reallyfakevolumeid', '../../etc', volumeId('never')]) {
      await test.controller.deleteVolume({ volumeId: id });
    }
  });

  it('deletes, also for many callers at once, and again', async () => {
    const id = await madeVolume(test, 'v');
    await Promise.all(Array.from({ length: 10 }, () => test.controller.deleteVolume({ volumeId: id })));
    expect(await test.catalog.volumes.find(id)).to.equal(undefined);
    await test.controller.deleteVolume({ volumeId: id });
  });

  it('refuses what is attached, naming the node', async () => {
    const id = await madeVolume(test, 'v');
    await test.controller.controllerPublishVolume({ volumeId: id, nodeId: 'a', volumeCapability: mount() });
    const refusal = await refusalOf(test.controller.deleteVolume({ volumeId: id }));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('node a');
    expect((await test.catalog.volumes.find(id))?.spec.desired).to.equal('Present');
  });

  it('takes the request back when the agent refuses, and asks again the next time', async () => {
    const id = await madeVolume(test, 'v');
    test.agent.fail = () => new VolumeError('FailedPrecondition', 'mounted at /mnt');
    const refusals = await Promise.all(
      Array.from({ length: 5 }, () => refusalOf(test.controller.deleteVolume({ volumeId: id }))),
    );
    for (const refusal of refusals) expect(['FAILED_PRECONDITION', 'ABORTED']).to.include(refusal.code);
    expect(refusals).to.deep.include({ code: 'FAILED_PRECONDITION', message: 'mounted at /mnt' });
    const left = await test.catalog.volumes.find(id);
    expect(left?.spec.desired).to.equal('Present');
    expect(left?.status.observedRevision).to.equal(left?.spec.revision);

    await test.controller.controllerPublishVolume({ volumeId: id, nodeId: 'a', volumeCapability: mount() });
    await test.controller.controllerUnpublishVolume({ volumeId: id });
    test.agent.fail = () => undefined;
    await test.controller.deleteVolume({ volumeId: id });
    expect(await test.catalog.volumes.find(id)).to.equal(undefined);
  });

  it('goes on after a refusal that nobody took back', async () => {
    const id = await madeVolume(test, 'v');
    test.agent.stop();
    await modify(test.catalog.volumes, id, ({ spec }) => ({ ...spec, desired: 'Absent' as const, revision: 2 }));
    const failure = { reason: 'FailedPrecondition', message: 'in use' };
    await modifyStatus(test.catalog.volumes, id, ({ status }) => ({ ...status, observedRevision: 2, failure }));
    expect(await madeVolume(test, 'v')).to.equal(id);
    expect((await test.catalog.volumes.find(id))?.spec.desired).to.equal('Present');
  });

  it('is not misled by a watch that is late, and tells of the end of an earlier volume of this name', async () => {
    const id = await madeVolume(test, 'v');
    test.agent.stop();
    const late = lateWatch(test.catalog.volumes);
    const deletion = requestDeletion(late, id, () => undefined, test.deps, callNow());
    const first = await Promise.race([deletion.then(() => 'gone'), late.told.then(() => delay(50, 'told'))]);
    expect(first).to.equal('told');
    const doomed = await test.catalog.volumes.find(id);
    expect(doomed?.spec.desired).to.equal('Absent');
    if (doomed !== undefined) await test.catalog.volumes.remove(doomed);
    await deletion;
  });
});

function callNow(): Call {
  return { signal: AbortSignal.timeout(10_000), deadline: Date.now() + 10_000 };
}

/** Tells the first listener that there is nothing of the id that it waits for. */
function lateWatch(volumes: Collection<Volume>): Collection<Volume> & { readonly told: Promise<unknown> } {
  const { promise: told, resolve } = Promise.withResolvers<unknown>();
  let isFirst = true;
  const late = changed(volumes, {
    watch(listener, id = '') {
      if (isFirst) {
        queueMicrotask(() => {
          listener({ id, resource: undefined });
          resolve(undefined);
        });
      }
      isFirst = false;
      return volumes.watch(listener, id);
    },
  });
  return { ...late, told };
}
