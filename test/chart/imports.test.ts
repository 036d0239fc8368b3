import { expect } from 'chai';
import { ofKind, only, render } from './render.ts';

const on = { imports: { enabled: true } };
const apiVersions = ['populator.storage.k8s.io/v1beta1'];

describe('chart: imports', () => {
  it('gives nobody a right to Secrets, and tells the controller nothing, unless they are switched on', () => {
    const roles = [...ofKind(render(), 'ClusterRole'), ...ofKind(render(), 'Role')];
    expect(roles.filter((role) => JSON.stringify(role).includes('"secrets"'))).to.deep.equal([]);
    expect(JSON.stringify(only(render(), 'ConfigMap', '-controller'))).not.to.contain('imports');
    const populators = ofKind(render({}, { apiVersions }), 'VolumePopulator');
    expect(populators.map((one) => one['sourceKind'])).to.deep.equal([
      { group: 'tome.storage', kind: 'VolumeTemplate' },
    ]);
  });

  it('tells the controller by which image volumes are filled', () => {
    const values = { ...on, imageRegistry: 'mirror.example', imagePullSecrets: [{ name: 'key' }] };
    const { data } = only(render(values), 'ConfigMap', '-controller') as unknown as { data: Record<string, string> };
    const { imports } = JSON.parse(data['config.json'] ?? '') as { imports: Record<string, unknown> };
    expect(imports['image']).to.match(/^mirror\.example\/.*tome-csi:/);
    expect(imports).to.deep.include({ imagePullPolicy: 'IfNotPresent', imagePullSecrets: [{ name: 'key' }] });
  });

  it('registers the populator where the cluster knows such', () => {
    expect(ofKind(render(on), 'VolumePopulator')).to.have.length(0);
    const populator = only(render(on, { apiVersions }), 'VolumePopulator', '-imports');
    expect(populator).to.deep.include({ sourceKind: { group: 'tome.storage', kind: 'VolumeImport' } });
  });
});
