import { expect } from 'chai';
import { modifyStatus } from '../../../src/catalog/modify.ts';
import { waitUntil } from '../../../src/catalog/wait-until.ts';
import { createVolume } from '../../../src/csi/controller/create-volume.ts';
import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { snapshotId, volumeId } from '../../../src/domain/ids.ts';
import { GiB } from '../../../src/domain/sizes.ts';
import { topologyOf } from '../../../src/domain/topology.ts';
import {
  block,
  madeVolume,
  mount,
  startController,
  volumeRequest,
  type TestController,
} from '../../support/controller.ts';
import { received } from '../../support/received.ts';
import { refusalOf } from '../../support/refusal.ts';
import { soon } from '../../support/soon.ts';

describe('CreateVolume, choosing the pool', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
  });
  afterEach(() => test.stop());

  async function poolOf(changes: CreateVolumeRequest): Promise<string | undefined> {
    await madeVolume(test, 'v', changes);
    return (await test.catalog.volumes.find(volumeId('v')))?.spec.pool;
  }

  it('is UNAVAILABLE while there is no pool, or none is ready, and says why', async () => {
    const none = await refusalOf(test.controller.createVolume(volumeRequest('v')));
    expect(none).to.deep.include({ code: 'UNAVAILABLE' });
    const message = '/data is not mounted';
    const conditions = [{ status: 'UNREACHABLE' as const, reason: 'NotOpen', message }];
    await test.addPool('a.default', {}, { ready: false, conditions });
    const notReady = await refusalOf(test.controller.createVolume(volumeRequest('v')));
    expect(notReady.code).to.equal('UNAVAILABLE');
    expect(notReady.message).to.contain(message);
  });

  it('takes the one with the most room', async () => {
    await test.addPool('a.default', {}, { available: 5 * GiB });
    await test.addPool('b.default', {}, { available: 7 * GiB });
    await test.addPool('c.default', {}, { available: 6 * GiB });
    expect(await poolOf({})).to.equal('b.default');
  });

  it('takes the preferred node first, then another of the requisite', async () => {
    await test.addPool('a.default', {}, { available: 9 * GiB });
    await test.addPool('b.default', {}, { available: 2 * GiB });
    await test.addPool('c.default', {}, { available: 5 * GiB });
    const accessibilityRequirements = {
      requisite: [topologyOf('c'), topologyOf('b')],
      preferred: [topologyOf('b'), topologyOf('c')],
    };
    expect(await poolOf({ accessibilityRequirements })).to.equal('b.default');
    await test.controller.deleteVolume({ volumeId: volumeId('v') });
    const capacityRange = { requiredBytes: 3 * GiB };
    expect(await poolOf({ accessibilityRequirements, capacityRange })).to.equal('c.default');
  });

  it('takes the pool of the name given, on any node that has room', async () => {
    await test.addPool('a.fast', {}, { available: GiB / 2 });
    await test.addPool('b.fast');
    await test.addPool('b.default', {}, { available: 200 * GiB });
    expect(await poolOf({ parameters: { pool: 'fast' } })).to.equal('b.fast');
  });

  it('counts a shared pool as being on each of its nodes', async () => {
    await test.addPool('a.default', { nodes: ['a', 'b'] });
    const { volume } = await test.controller.createVolume(
      volumeRequest('v', { accessibilityRequirements: { requisite: [topologyOf('b')] } }),
    );
    expect(volume?.accessibleTopology).to.deep.equal([topologyOf('a'), topologyOf('b')]);
  });

  it('says of each pool what is free when none has room', async () => {
    await test.addPool('a.default', {}, { available: GiB });
    await test.addPool('b.default', {}, { ready: false });
    await test.addPool('c.default', {}, { available: 2 * GiB });
    const refusal = await refusalOf(
      test.controller.createVolume(volumeRequest('v', { capacityRange: { requiredBytes: 3 * GiB } })),
    );
    expect(refusal.code).to.equal('RESOURCE_EXHAUSTED');
    expect(refusal.message).to.match(
      /a\.default has 1Gi free of the 3Gi needed; b\.default is not ready; c\.default has 2Gi/,
    );
  });
});

describe('CreateVolume from a source', () => {
  let test: TestController;
  beforeEach(async () => {
    test = await startController();
    await test.addPool('a.default', {}, { available: 10 * GiB });
    await test.addPool('b.other');
    await madeVolume(test, 'src', {
      volumeCapabilities: [mount(undefined, 'xfs')],
      capacityRange: { requiredBytes: 2 * GiB },
      parameters: { pool: 'default' },
    });
    await test.controller.createSnapshot({ name: 'snap', sourceVolumeId: volumeId('src') });
  });
  afterEach(() => test.stop());

  const fromVolume = { volumeContentSource: { volume: { volumeId: volumeId('src') } } };
  const fromSnapshot = { volumeContentSource: { snapshot: { snapshotId: snapshotId('snap') } } };
  const anySize = { capacityRange: null };

  for (const source of [fromVolume, fromSnapshot]) {
    it(`takes size, filesystem and pool from ${JSON.stringify(source.volumeContentSource)}`, async () => {
      const { volume } = await test.controller.createVolume(volumeRequest('copy', { ...source, ...anySize }));
      expect(volume?.capacityBytes).to.equal(String(2 * GiB));
      expect(volume?.contentSource).to.deep.include(source.volumeContentSource);
      const stored = await test.catalog.volumes.find(volumeId('copy'));
      expect(stored?.spec).to.deep.include({ pool: 'a.default', fsType: 'xfs' });
    });
  }

  it('may be larger than the source', async () => {
    const changes = { ...fromSnapshot, capacityRange: { requiredBytes: 3 * GiB } };
    const { volume } = await test.controller.createVolume(volumeRequest('copy', changes));
    expect(volume?.capacityBytes).to.equal(String(3 * GiB));
  });

  it('answers again when the source is gone', async () => {
    const request = volumeRequest('copy', { ...fromVolume, ...anySize });
    const first = await test.controller.createVolume(request);
    await test.controller.deleteVolume({ volumeId: volumeId('src') });
    expect(await test.controller.createVolume(request)).to.deep.equal(first);
  });

  it('can copy from a snapshot whose volume is gone', async () => {
    await test.controller.deleteVolume({ volumeId: volumeId('src') });
    await madeVolume(test, 'copy', { ...fromSnapshot, ...anySize });
  });

  const refused: readonly [string, CreateVolumeRequest, string, RegExp][] = [
    ['a smaller size', { capacityRange: { requiredBytes: GiB } }, 'OUT_OF_RANGE', /2Gi/],
    ['a limit below it', { capacityRange: { limitBytes: GiB } }, 'OUT_OF_RANGE', /2Gi/],
    [
      'another filesystem',
      { ...anySize, volumeCapabilities: [mount(undefined, 'ext4')] },
      'INVALID_ARGUMENT',
      /has xfs/,
    ],
    ['block access', { ...anySize, volumeCapabilities: [block()] }, 'INVALID_ARGUMENT', /Filesystem volume/],
    ['another pool', { ...anySize, parameters: { pool: 'other' } }, 'INVALID_ARGUMENT', /in pool default/],
    [
      'another node',
      { ...anySize, accessibilityRequirements: { requisite: [topologyOf('b')] } },
      'RESOURCE_EXHAUSTED',
      /a\.default is not reached/,
    ],
    ['more than its pool has', { capacityRange: { requiredBytes: 11 * GiB } }, 'RESOURCE_EXHAUSTED', /10Gi free/],
  ];
  for (const [what, changes, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      const refusal = await refusalOf(
        test.controller.createVolume(volumeRequest('copy', { ...fromSnapshot, ...changes })),
      );
      expect(refusal.message).to.match(message);
      expect(refusal.code).to.equal(code);
    });
  }

  it('is ABORTED while the source is being made', async () => {
    test.agent.pause();
    const first = test.controller.createVolume(volumeRequest('late', { parameters: { pool: 'default' } }));
    await waitUntil(test.catalog.volumes, volumeId('late'), (volume) => volume !== undefined, soon());
    const changes = { volumeContentSource: { volume: { volumeId: volumeId('late') } } };
    const refusal = await refusalOf(test.controller.createVolume(volumeRequest('copy', changes)));
    expect(refusal.code).to.equal('ABORTED');
    test.agent.resume();
    await first;
    await madeVolume(test, 'copy', changes);
  });

  it('is ABORTED with the progress just before the deadline of the call, and goes on', async () => {
    test.agent.pause();
    const id = volumeId('copy');
    const request = received('CreateVolume', volumeRequest('copy', { ...fromVolume, ...anySize }));
    const call = { signal: new AbortController().signal, deadline: Date.now() + 3000 };
    const created = createVolume(request, test.deps, call).catch((error: unknown) => error);
    await waitUntil(test.catalog.volumes, id, (volume) => volume !== undefined, soon());
    const progress = { copiedBytes: GiB, totalBytes: 2 * GiB };
    await modifyStatus(test.catalog.volumes, id, ({ status }) => ({ ...status, progress }));
    const refusal = await created;
    expect(refusal).to.deep.include({ reason: 'Aborted', message: `${id}: copied 1Gi of 2Gi, try again` });
    expect(Date.now()).to.be.below(call.deadline);
    test.agent.resume();
    await madeVolume(test, 'copy', { ...fromVolume, ...anySize });
  });
});
