import { expect } from 'chai';
import { callForText } from '../support/connection.ts';
import { pods, tomePools } from '../support/kinds.ts';
import { driverNodes } from '../support/nodes.ts';
import { list } from '../support/objects.ts';
import { testRelease } from '../support/release.ts';
import { settings } from '../support/settings.ts';

describe('the release', () => {
  it('passes helm test', async () => {
    const { ok, output } = await testRelease();
    expect(ok, output).to.equal(true);
  });

  it('has every pool of every node ready, and of what nodes share', async () => {
    const all = await list(tomePools);
    const ready = all.filter(({ status }) => status?.ready).map(({ metadata }) => metadata?.name);
    const { sharedRoot, hasObjectStore } = settings;
    const wanted = [
      ...(await driverNodes()).flatMap((node) => [`${node}.default`, `${node}.small`, `${node}.managed`]),
      ...(sharedRoot === undefined ? [] : ['shared.managed']),
      ...(hasObjectStore ? ['shared.objects'] : []),
    ];
    expect(ready).to.have.members(wanted);
  });

  it('shows health and metrics of every pod', async () => {
    const { namespace } = settings;
    const all = await list(pods, { namespace, labelSelector: 'app.kubernetes.io/component in (node,controller)' });
    expect(all.length).to.be.greaterThan(1);
    for (const { metadata } of all) {
      const base = `/api/v1/namespaces/${namespace}/pods/${metadata?.name ?? ''}:9808/proxy`;
      await callForText({ method: 'GET', path: `${base}/healthz` });
      expect(await callForText({ method: 'GET', path: `${base}/metrics` })).to.contain('\ntome_');
    }
  });
});
