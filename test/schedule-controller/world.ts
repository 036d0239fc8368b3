import { pino } from 'pino';
import * as z from 'zod';
import { ApiServer } from '../../src/catalog/kubernetes/api-server.ts';
import { openKubernetesCatalog } from '../../src/catalog/kubernetes/open-kubernetes-catalog.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import { ScheduleController } from '../../src/schedule-controller/schedule-controller.ts';
import { sharedApiServer } from '../support/api-server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { only, render, snapshotApis } from '../chart/render.ts';
import { installSnapshotApis } from './snapshot-apis.ts';

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.record(z.string(), z.unknown()),
  status: z.record(z.string(), z.unknown()).default({}),
});
export type TestObject = z.infer<typeof objectSchema>;

export const SNAPSHOTS = '/apis/snapshot.storage.k8s.io/v1';
export const GROUPS = '/apis/groupsnapshot.storage.k8s.io/v1';
const TOME = '/apis/tome.storage/v1alpha1';

/** A namespace with claims, replicas of the controller with the rights that the chart gives it, and a clock that a test moves. */
export interface World {
  readonly namespace: string;
  readonly clock: FakeClock;
  readonly catalog: ReturnType<typeof openKubernetesCatalog>;
  readonly events: readonly DomainEvent[];
  request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown>;
  claim(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes the claim of this name and makes another one. */
  claimAnew(name: string): Promise<void>;
  schedule(name: string, spec?: object): Promise<void>;
  change(name: string, spec: object): Promise<void>;
  found(name: string): Promise<TestObject>;
  /** Waits until the controllers have seen the schedule as it is. */
  seen(name: string): Promise<void>;
  snapshots(): Promise<readonly TestObject[]>;
  names(): Promise<readonly string[]>;
  groups(): Promise<readonly TestObject[]>;
  /** Does what the snapshot-controller and csi-snapshotter do with what is not ready yet. */
  cut(status?: object): Promise<void>;
  /** The next time of the schedule comes; returns when that is done. */
  night(name: string): Promise<string>;
  start(replicas?: number): void;
  stopControllers(): Promise<void>;
  idle(): Promise<void>;
  stop(): Promise<void>;
}

let count = 0;

/** A time as it is in names. */
export function stamp(time: string): string {
  return time.replace(/[-:]|\.\d+/g, '').toLowerCase();
}

export async function openWorld(): Promise<World> {
  const api = await sharedApiServer();
  const admin = new ApiServer(api.credentials('admin'), 10_000);
  await installSnapshotApis(admin);
  await grantWhatTheChartGives(admin);
  count += 1;
  const namespace = `schedules-${process.pid}-${count}`;
  const request: World['request'] = async (method, path, body) => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await admin.request({ method, path, ...(body && { body, contentType }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const clock = new FakeClock(new Date().toISOString());
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const catalog = openKubernetesCatalog({ credentials: api.credentials('admin'), log });
  const events: DomainEvent[] = [];
  const controllers: ScheduleController[] = [];

  const listed = async (path: string): Promise<readonly TestObject[]> =>
    z.object({ items: z.array(objectSchema) }).parse(await request('GET', path)).items;
  const snapshots = () => listed(`${SNAPSHOTS}/namespaces/${namespace}/volumesnapshots`);
  const groups = () => listed(`${GROUPS}/namespaces/${namespace}/volumegroupsnapshots`);
  const schedules = `${TOME}/namespaces/${namespace}/snapshotschedules`;
  const idle = async (): Promise<void> => {
    for (const controller of controllers) await controller.idle();
  };
  const claim: World['claim'] = async (name, labels = { backup: 'yes' }) => {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const body = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels }, spec };
    await request('POST', `/api/v1/namespaces/${namespace}/persistentvolumeclaims`, body);
  };
  const found = async (name: string) => objectSchema.parse(await request('GET', `${schedules}/${name}`));
  return {
    namespace,
    clock,
    catalog,
    events,
    request,
    claim,
    async claimAnew(name) {
      const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
      await request('PATCH', path, { metadata: { finalizers: null } });
      await request('DELETE', path);
      await claim(name);
    },
    async schedule(name, spec = {}) {
      const selector = { matchLabels: { backup: 'yes' } };
      const whole = { schedule: '0 3 * * *', claimSelector: selector, keep: { count: 2 }, ...spec };
      const kind = { apiVersion: 'tome.storage/v1alpha1', kind: 'SnapshotSchedule' };
      await request('POST', schedules, { ...kind, metadata: { name }, spec: whole });
    },
    async change(name, spec) {
      await request('PATCH', `${schedules}/${name}`, { spec });
    },
    found,
    async seen(name) {
      await until(async () => {
        const { status } = await found(name);
        return status['next'] !== undefined && (status['conditions'] as unknown[]).length > 0;
      });
      await idle();
    },
    snapshots,
    names: async () => (await snapshots()).map(({ metadata }) => metadata.name).toSorted(),
    groups,
    async cut(status = { readyToUse: true }) {
      const creationTime = new Date(clock.now()).toISOString();
      for (const one of [...(await snapshots()), ...(await groups())]) {
        if (one.status['readyToUse'] === true) continue;
        const isGroup = one['kind'] === 'VolumeGroupSnapshot';
        const place = isGroup
          ? `${GROUPS}/namespaces/${namespace}/volumegroupsnapshots`
          : `${SNAPSHOTS}/namespaces/${namespace}/volumesnapshots`;
        await request('PATCH', `${place}/${one.metadata.name}/status`, { status: { creationTime, ...status } });
      }
    },
    async night(name) {
      const next = z.string().parse((await found(name)).status['next']);
      clock.advanceTo(next);
      await idle();
      return next;
    },
    start(replicas = 1) {
      for (let replica = 0; replica < replicas; replica += 1) {
        const server = new ApiServer(api.credentials('controller'), 10_000);
        const recorder = { record: (event: DomainEvent) => void events.push(event) };
        const controller = new ScheduleController({ server, catalog, events: recorder, clock, log });
        controllers.push(controller);
        controller.start();
      }
    },
    async stopControllers() {
      for (const controller of controllers.splice(0)) await controller.stop();
    },
    idle,
    async stop() {
      for (const controller of controllers) await controller.stop();
      await catalog.close();
      admin.close();
    },
  };
}

/** The ClusterRole of the chart, for the user `controller`. */
async function grantWhatTheChartGives(admin: ApiServer): Promise<void> {
  const role = only(render({}, { apiVersions: snapshotApis }), 'ClusterRole', '-controller');
  const path = '/apis/rbac.authorization.k8s.io/v1';
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'chart-controller' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'controller' }],
  };
  for (const [plural, body] of [
    ['clusterroles', role],
    ['clusterrolebindings', binding],
  ] as const) {
    const { status, body: said } = await admin.request({ method: 'POST', path: `${path}/${plural}`, body });
    if (status !== 201 && status !== 409) throw new Error(`${plural}: ${JSON.stringify(said)}`);
  }
}
