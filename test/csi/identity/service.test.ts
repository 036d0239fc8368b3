import { expect } from 'chai';
import { identityService } from '../../../src/csi/identity/service.ts';
import type { ServiceClient } from '../../../src/csi/server/client.ts';
import { refusalOf } from '../../support/refusal.ts';
import { serveForTest, type Served } from '../../support/serve-for-test.ts';

describe('Identity', () => {
  let served: Served;
  let identity: ServiceClient<'csi.v1.Identity'>;
  let trouble: Error | undefined;

  before(async () => {
    const check = () => (trouble === undefined ? Promise.resolve() : Promise.reject(trouble));
    served = await serveForTest([identityService({ driverName: 'csi.tome.storage', version: '1.2.3', check })]);
    identity = served.connection.service('csi.v1.Identity');
  });
  after(() => served.stop());

  it('says its name and version', async () => {
    const info = await identity.getPluginInfo({});
    expect(info).to.deep.equal({ name: 'csi.tome.storage', vendorVersion: '1.2.3', manifest: {} });
  });

  it('advertises its services, both kinds of constraints and online growth', async () => {
    const { capabilities } = await identity.getPluginCapabilities({});
    const types = capabilities.map(({ service, volumeExpansion }) => service?.type ?? volumeExpansion?.type);
    expect(types).to.have.members([
      'CONTROLLER_SERVICE',
      'GROUP_CONTROLLER_SERVICE',
      'VOLUME_ACCESSIBILITY_CONSTRAINTS',
      'SNAPSHOT_ACCESSIBILITY_CONSTRAINTS',
      'ONLINE',
    ]);
  });

  it('is ready while the check passes', async () => {
    trouble = undefined;
    expect(await identity.probe({})).to.deep.equal({ ready: { value: true } });
  });

  it('answers FAILED_PRECONDITION with the reason when the check fails, and recovers', async () => {
    trouble = new Error('pool default is read-only');
    const refusal = await refusalOf(identity.probe({}));
    expect(refusal.code).to.equal('FAILED_PRECONDITION');
    expect(refusal.message).to.contain('pool default is read-only');
    trouble = undefined;
    await identity.probe({});
  });
});
