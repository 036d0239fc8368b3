import { expect } from 'chai';
import { VolumeError } from '../../../src/domain/errors.ts';
import { identityService } from '../../../src/csi/identity/service.ts';
import { implement, type Handlers } from '../../../src/csi/server/implement.ts';
import { serveForTest, type Served } from '../../support/serve-for-test.ts';

const SECRET = 'correct horse battery staple';

describe('logRpc', () => {
  let served: Served;

  before(async () => {
    const ready = { driverName: 'd', version: 'v', check: () => Promise.resolve() };
    served = await serveForTest([identityService(ready), implement('csi.v1.GroupController', groupHandlers())]);
  });
  after(() => served.stop());

  it('writes one line for one call: method, ids, code and milliseconds', async () => {
    const groups = served.connection.service('csi.v1.GroupController');
    const before = served.lines.length;
    await groups.createVolumeGroupSnapshot({ name: 'nightly', sourceVolumeIds: ['a', 'b'] });
    const [line, ...others] = served.lines.slice(before);
    expect(others).to.deep.equal([]);
    expect(line).to.deep.include({ level: 30, msg: 'rpc', method: 'CreateVolumeGroupSnapshot', code: 'OK' });
    expect(line).to.deep.include({ name: 'nightly', sourceVolumeIds: ['a', 'b'] });
    expect(line?.['ms']).to.be.a('number').within(0, 60_000);
    expect(Number(line?.['ms']) * 10).to.satisfy(Number.isInteger);
  });

  it('keeps what is asked all the time at debug level, and refusals at warn', async () => {
    await served.connection.service('csi.v1.Identity').probe({});
    expect(served.lines.at(-1)).to.include({ level: 20, method: 'Probe', code: 'OK' });
    const groups = served.connection.service('csi.v1.GroupController');
    await groups.deleteVolumeGroupSnapshot({ groupSnapshotId: 'g' }).catch(() => undefined);
    expect(served.lines.at(-1)).to.include({ level: 40, code: 'NOT_FOUND', groupSnapshotId: 'g' });
  });

  it('never writes or answers a secret, even when the error has it', async () => {
    const groups = served.connection.service('csi.v1.GroupController');
    const request = { groupSnapshotId: 'g', secrets: { key: SECRET, empty: '' } };
    const refused = await groups.deleteVolumeGroupSnapshot(request).catch(String);
    const broken = await groups.getVolumeGroupSnapshot(request).catch(String);
    expect(refused).to.contain('***');
    expect(broken).to.contain('***');
    expect(JSON.stringify([served.lines, refused, broken])).not.to.contain(SECRET);
  });
});

function groupHandlers(): Handlers<'csi.v1.GroupController'> {
  return {
    groupControllerGetCapabilities: () => Promise.resolve({}),
    createVolumeGroupSnapshot: () => Promise.resolve({}),
    deleteVolumeGroupSnapshot: ({ secrets }) =>
      Promise.reject(new VolumeError('NotFound', `no group for ${secrets['key'] ?? 'nobody'}`)),
    getVolumeGroupSnapshot: ({ secrets }) => Promise.reject(new Error(`mkfs failed: ${secrets['key'] ?? 'nobody'}`)),
  };
}
