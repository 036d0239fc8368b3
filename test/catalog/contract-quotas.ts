import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { ConflictError, type Catalog } from '../../src/catalog/catalog.ts';
import { modify, modifyStatus } from '../../src/catalog/modify.ts';
import { uncountedQuota, type QuotaSpec, type QuotaStatus } from '../../src/domain/quota.ts';
import { GiB } from './fixtures.ts';

const spec: QuotaSpec = { namespace: 'team-a', limits: { volumes: 10, bytes: 100 * GiB } };
const intent = {
  id: 'vol-1',
  uuid: randomUUID(),
  volumes: 1,
  bytes: GiB,
  snapshots: 0,
  since: new Date(0).toISOString(),
};
const status: QuotaStatus = { used: { volumes: 1, bytes: GiB, snapshots: 0 }, intents: [intent], countedFor: 'it' };

export function describeQuotas(catalog: () => Catalog): void {
  it('keeps quotas: what is limited, and what is used', async () => {
    const { quotas } = catalog();
    expect(await quotas.list()).to.deep.equal([]);
    const made = await quotas.create('team-a', spec, uncountedQuota);
    expect(await quotas.find('team-a')).to.deep.equal(made);
    const counted = await quotas.updateStatus(made, status);
    expect(await quotas.find('team-a')).to.deep.equal({ ...counted, spec, status });
    expect(await quotas.list()).to.deep.equal([counted]);
    const raised = await modify(quotas, 'team-a', (quota) => ({ ...quota.spec, limits: { volumes: 20 } }));
    expect(raised).to.deep.include({ spec: { ...spec, limits: { volumes: 20 } }, status });
    if (raised !== undefined) await quotas.remove(raised);
    expect(await quotas.list()).to.deep.equal([]);
  });

  it('refuses what is written over a quota that has changed since it was read', async () => {
    const { quotas } = catalog();
    const read = await quotas.create('team-a', spec, uncountedQuota);
    await modifyStatus(quotas, 'team-a', () => status);
    const refusal = await quotas.updateStatus(read, uncountedQuota).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ConflictError);
    const [listed] = await quotas.list();
    expect(listed?.status).to.deep.equal(status);
  });
}
