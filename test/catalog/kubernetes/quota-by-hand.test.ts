import { expect } from 'chai';
import { GiB } from '../../../src/domain/sizes.ts';
import { nothing, uncountedQuota } from '../../../src/domain/quota.ts';
import { errorOf } from '../outcomes.ts';
import { describeInWorld } from './world.ts';

describeInWorld('a person who sets a quota', (world) => {
  it('writes sizes as Kubernetes does, and sees what is used', async () => {
    const { kubectl } = world();
    const { quotas } = world().open();
    const spec = { namespace: 'team-a', limits: { volumes: 10, bytes: '1.5Gi' } };
    await kubectl.create('quotas', { metadata: { name: 'team-a' }, spec });
    const [quota] = await quotas.list();
    expect(quota).to.deep.include({
      id: 'team-a',
      spec: { namespace: 'team-a', limits: { volumes: 10, bytes: 1.5 * GiB } },
      status: uncountedQuota,
    });
    if (quota === undefined) return;
    const used = { ...nothing, volumes: 3, bytes: GiB / 2 };
    const counted = await quotas.updateStatus(quota, { ...uncountedQuota, used });
    const [row] = await kubectl.table('quotas');
    expect(row).to.deep.include({ Namespace: 'team-a', Volumes: '3/10', Size: '512Mi/1.5Gi', Snapshots: '0' });

    await kubectl.patch('quotas', 'team-a', { spec: { limits: { bytes: 4096 } } });
    expect((await quotas.find('team-a'))?.spec.limits).to.deep.equal({ volumes: 10, bytes: 4096 });
    expect((await quotas.find('team-a'))?.status).to.deep.equal(counted.status);
    await kubectl.delete('quotas', 'team-a');
    expect(await quotas.find('team-a')).to.equal(undefined);
  });

  for (const [what, spec, said] of [
    ['no size', { limits: { bytes: 'much' } }, 'spec.limits.bytes in body should match'],
    ['more than there can be', { limits: { bytes: '9Pi' } }, 'bytes is from 0 to less than 8Pi'],
    ['less than nothing', { limits: { bytes: -1 } }, 'bytes is from 0 to less than 8Pi'],
    ['a negative number', { limits: { volumes: -1 } }, 'spec.limits.volumes in body should be greater than'],
    ['no limits', { namespace: 'team-a' }, 'spec.limits: Required value'],
    ['what it has not', { limits: { pods: 1 } }, 'unknown field "spec.limits.pods"'],
  ] as const) {
    it(`is told of ${what}`, async () => {
      const refusal = await errorOf(world().kubectl.create('quotas', { metadata: { name: 'few' }, spec }));
      expect(String(refusal)).to.contain(said);
    });
  }
});
