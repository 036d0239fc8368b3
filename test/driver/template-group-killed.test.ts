import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { templateId, volumeId } from '../../src/domain/ids.ts';
import { small } from '../agent/cluster.ts';
import { sharedApiServer } from '../support/api-server.ts';
import { kubectl, type Kubectl } from '../support/kubernetes/objects.ts';
import { until } from '../support/until.ts';
import { boundClaim, post } from '../template-controller/bound-claim.ts';
import { processCluster, type ControllerClient, type ProcessCluster } from './process-cluster.ts';

const NAMES = ['data', 'index', 'log', 'queue'];
const ROUNDS = 5;
const driver = 'csi.tome.storage';

/** Milliseconds until the SIGKILL: the work of a group takes about so long in all. */
const LONGEST_MS = 240;

/** Two controllers and a node, each a process of its own, with a real API server between them. */
describe('VolumeTemplateGroups, while the node and a controller are killed', function () {
  this.timeout(240_000);
  const namespace = `killed-${process.pid}`;
  let cluster: ProcessCluster;
  let admin: ApiServer;
  let people: Kubectl;
  let controllers: ControllerClient[];
  const volumes: string[] = [];

  before(async () => {
    cluster = await processCluster();
    const server = await sharedApiServer();
    admin = new ApiServer(server.credentials('admin'), 10_000);
    people = kubectl(server);
    await cluster.startNode('node');
    controllers = [await cluster.startController('first'), await cluster.startController('second')];
    await post(admin, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    for (const name of NAMES) {
      volumes.push(await boundClaim(admin, { namespace, name, driver, volumeHandle: volumeId(name) }));
    }
  });
  after(async () => {
    for (const name of volumes) await admin.request({ method: 'DELETE', path: `/api/v1/persistentvolumes/${name}` });
    await admin.request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
    await cluster.cleanUp();
    people.close();
    admin.close();
  });

  const templates = async () => {
    const snapshots = await cluster.catalog.snapshots.list({ isExact: true });
    return snapshots.filter(({ spec }) => spec.template !== undefined);
  };
  const untilReady = async (group: string) => {
    let seen: unknown;
    for (let tries = 0; tries < 400; tries += 1) {
      seen = (await people.get('volumetemplategroups', group))?.status;
      if (seen !== null && typeof seen === 'object' && 'state' in seen && seen.state === 'Ready') return;
      await delay(100);
    }
    throw new Error(`${group} is still ${JSON.stringify(seen)}`);
  };

  for (const convert of [false, true]) {
    it(`${convert ? 'convert' : 'capture'} all volumes in the end`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const name of NAMES) await controllers[1]?.createVolume(small(name));
        const group = `${convert ? 'conversion' : 'capture'}-${round}`;
        const source = { claims: { namespace, selector: { matchLabels: { app: 'shop' } } } };
        await people.create('volumetemplategroups', { metadata: { name: group }, spec: { source, convert } });
        await delay((LONGEST_MS * round) / ROUNDS);
        await Promise.all([cluster.kill('node'), cluster.kill('first')]);
        await cluster.startNode('node');
        const first = cluster.startController('first');
        await untilReady(group);

        const made = await templates();
        expect(made.map(({ id }) => id)).to.have.members(NAMES.map((name) => templateId(`${group}-${name}`)));
        expect(made.every(({ status }) => status.ready)).to.equal(true);
        const times = new Set(made.map(({ status }) => status.creationTime));
        if (!convert) expect(times.size, [...times].join()).to.equal(1);
        const left = (await cluster.catalog.volumes.list({ isExact: true })).map(({ id }) => id);
        expect(left).to.have.members(convert ? [] : NAMES.map((name) => volumeId(name)));
        expect(await cluster.catalog.groups.list({ isExact: true })).to.deep.equal([]);

        await first;
        await people.delete('volumetemplategroups', group);
        for (const name of NAMES) await people.delete('volumetemplates', `${group}-${name}`);
        await until(async () => (await templates()).length === 0);
      }
    });
  }
});
