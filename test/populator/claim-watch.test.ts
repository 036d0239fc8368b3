import { expect } from 'chai';
import { pino } from 'pino';
import { ApiServer, type ApiRequest } from '../../src/catalog/kubernetes/api-server.ts';
import { ClaimWatch } from '../../src/populator/claim-watch.ts';
import { sharedApiServer, type TestApiServer } from '../support/api-server.ts';
import { until } from '../support/until.ts';

const USERS = 'team-c';
const CLAIMS = `/api/v1/namespaces/${USERS}/persistentvolumeclaims`;

/** Watches end long before their time, as behind a balancer that is impatient. */
class HastyServer extends ApiServer {
  lists = 0;
  watches = 0;

  override async request(request: ApiRequest) {
    if (request.path.includes('limit=500')) this.lists += 1;
    return await super.request(request);
  }

  override async open(request: Pick<ApiRequest, 'method' | 'path'>, signal: AbortSignal) {
    this.watches += 1;
    const path = request.path.replace(/timeoutSeconds=\d+/, 'timeoutSeconds=1');
    return await super.open({ ...request, path }, signal);
  }
}

describe('the watch of claims', function () {
  this.timeout(120_000);
  let api: TestApiServer;
  let admin: ApiServer;
  let server: HastyServer;
  let watch: ClaimWatch;

  beforeEach(async () => {
    api = await sharedApiServer();
    admin = new ApiServer(api.credentials('admin'), 10_000);
    server = new HastyServer(api.credentials('admin'), 10_000);
    watch = new ClaimWatch({ server, namespace: 'tome-watch', log: pino({ level: 'silent' }) });
    await admin.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: USERS } } });
    watch.start(() => undefined);
  });
  afterEach(async () => {
    await watch.stop();
    server.close();
    // Other tests see all claims there are.
    for (const name of ['second', 'of-others', 'found']) await remove(name);
    admin.close();
  });

  async function ask(name: string, kind = 'VolumeImport'): Promise<void> {
    const dataSourceRef = { apiGroup: 'tome.storage', kind, name: 'any' };
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSourceRef };
    const { status } = await admin.request({ method: 'POST', path: CLAIMS, body: { metadata: { name }, spec } });
    expect(status).to.equal(201);
  }

  async function remove(name: string): Promise<void> {
    const path = `${CLAIMS}/${name}`;
    const contentType = 'application/merge-patch+json';
    await admin.request({ method: 'DELETE', path });
    await admin.request({ method: 'PATCH', path, contentType, body: { metadata: { finalizers: [] } } });
  }

  const has = (name: string) => watch.list().some(({ metadata }) => metadata.name === name);

  it('goes on where one has ended, and lists all again for none of them', async () => {
    await ask('first');
    await until(() => has('first'));
    await until(() => server.watches >= 4);
    await ask('second');
    await ask('of-others', 'Unknown');
    await until(() => has('second'));
    await remove('first');
    await until(() => !has('first'));
    expect(has('of-others')).to.equal(false);
    expect(server.lists).to.equal(1);
  });

  it('forgets what an API server that was restored does not know', async () => {
    await until(() => server.watches > 0);
    await api.backUp();
    await ask('lost');
    await until(() => has('lost'));
    await api.restore();
    await until(() => !has('lost'), 60_000);
    await ask('found');
    await until(() => has('found'));
  });
});
