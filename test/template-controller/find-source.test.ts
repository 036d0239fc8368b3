import { expect } from 'chai';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { ObjectClient } from '../../src/catalog/kubernetes/object-client.ts';
import { findSource } from '../../src/template-controller/find-source.ts';
import { describeInWorld } from '../catalog/kubernetes/world.ts';
import { post } from './bound-claim.ts';

const claims = '/api/v1/namespaces/default/persistentvolumeclaims';

describeInWorld('the source of a template', (world) => {
  it('that is a claim is waited for until it is bound, which says what is to fill it', async () => {
    const admin = new ApiServer(world().server.credentials('admin'), 10_000);
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'tome',
      resources: { requests: { storage: '16Mi' } },
    };
    const dataSourceRef = { apiGroup: 'tome.storage', kind: 'VolumeImport', name: 'model' };
    await post(admin, claims, { metadata: { name: 'empty' }, spec });
    await post(admin, claims, { metadata: { name: 'filled' }, spec: { ...spec, dataSourceRef } });
    const of = async (name: string): Promise<unknown> => {
      const source = { persistentVolumeClaim: { namespace: 'default', name } };
      return await findSource({ source }, { objects: new ObjectClient(admin), driverName: 'csi.tome.storage' }).catch(
        (error: unknown) => error,
      );
    };
    try {
      const reason = 'Aborted';
      expect(await of('empty')).to.include({ reason, message: 'claim default/empty is not bound yet' });
      const message = 'claim default/filled is not bound yet: VolumeImport model is to fill it';
      expect(await of('filled')).to.include({ reason, message });
    } finally {
      for (const name of ['empty', 'filled']) await admin.request({ method: 'DELETE', path: `${claims}/${name}` });
      admin.close();
    }
  });
});
