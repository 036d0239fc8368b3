import { expect } from 'chai';
import { identityService } from '../../src/csi/identity/service.ts';
import { health } from '../../src/metrics/health.ts';
import { serveForTest, type Served } from '../support/serve-for-test.ts';

describe('health', () => {
  let served: Served;
  let check: () => Promise<void> = () => Promise.resolve();
  let state = { isServing: true, defects: [] as string[], problems: [] as string[] };

  before(async () => {
    served = await serveForTest([identityService({ driverName: 'd', version: '1', check: () => check() })]);
  });
  beforeEach(() => {
    check = () => Promise.resolve();
    state = { isServing: true, defects: [], problems: [] };
  });
  after(() => served.stop());

  const answers = async (socketPath = served.socketPath) => {
    const { live, ready } = health({
      socketPath,
      isServing: () => state.isServing,
      defects: () => Promise.resolve(state.defects),
      problems: () => state.problems,
    });
    const [alive, able] = await Promise.all([live(), ready()]);
    return { live: alive.status, ready: able.status, said: able.body };
  };

  it('is well when Probe is', async () => {
    expect(await answers()).to.deep.equal({ live: 200, ready: 200, said: 'ok\n' });
  });

  it('is alive and not ready when Probe says what is missing', async () => {
    check = () => Promise.reject(new Error('the disk is not mounted'));
    expect(await answers()).to.deep.equal({
      live: 200,
      ready: 503,
      said: 'the driver is not ready: the disk is not mounted\n',
    });
  });

  it('is alive and not ready while a disk keeps Probe waiting', async () => {
    const hanging = Promise.withResolvers<undefined>();
    check = () => hanging.promise;
    const { live, ready } = await answers();
    hanging.resolve(undefined);
    expect({ live, ready }).to.deep.equal({ live: 200, ready: 503 });
  });

  it('is not alive when nobody answers on the socket, or a defect is known', async () => {
    expect(await answers(`${served.socketPath}.gone`)).to.include({ live: 503, ready: 503 });
    state.defects = ['a socket is gone'];
    expect(await answers()).to.deep.equal({ live: 503, ready: 503, said: 'a socket is gone\n' });
  });

  it('is alive, whoever answers on the socket, before it serves itself', async () => {
    state = { isServing: false, defects: [], problems: ['the kubelet has not asked'] };
    const { said, ...statuses } = await answers(`${served.socketPath}.gone`);
    expect(statuses).to.deep.equal({ live: 200, ready: 503 });
    expect(said).to.contain('not served yet').and.to.contain('the kubelet has not asked');
  });
});
