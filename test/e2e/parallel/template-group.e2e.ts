import { expect } from 'chai';
import { run } from '../support/exec.ts';
import {
  pods,
  storageClasses,
  templateGroups,
  tomeVolumes,
  volumeTemplates,
  type VolumeTemplateGroupObject,
} from '../support/kinds.ts';
import { create, find, get, remove, type Reference } from '../support/objects.ts';
import { driverName } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

/** The claims of the application, each with its class and size. */
const MEMBERS = {
  data: { class: 'tome', size: '64Mi' },
  index: { class: 'tome-xfs', size: '320Mi' },
  log: { class: 'tome', size: '64Mi' },
} as const;
const names = ['data', 'index', 'log'] as const;

/** Each number is on disk in one volume before the next gets it. Any error ends it. */
const STAMP =
  'set -e; trap exit TERM; i=0; while :; do i=$((i + 1)); ' +
  `for v in ${names.join(' ')}; do echo $i >> /app/$v/log; sync /app/$v/log; done; done`;

describe('template groups', () => {
  const space = useSpace('template-groups');
  const app = space.container('app');
  const groups: Reference<VolumeTemplateGroupObject>[] = [];
  const classes: string[] = [];

  // After the namespace and the clones in it. Those of no group are of none: deleting it leaves them.
  after(async () => {
    for (const name of classes) await remove({ kind: storageClasses, name });
    for (const group of groups) {
      const { members = [] } = (await find(group))?.status ?? {};
      await space.removed(group);
      for (const { template } of members) await space.removed({ kind: volumeTemplates, name: template });
    }
  });

  async function groupOf(pod: string, name: string, more: object = {}): Promise<Reference<VolumeTemplateGroupObject>> {
    const reference = { kind: templateGroups, name: `${space.name}-${name}` };
    const source = { pod: { namespace: space.name, name: pod } };
    await create(templateGroups, { metadata: { name: reference.name }, spec: { source, ...more } });
    groups.push(reference);
    return reference;
  }

  async function untilState(reference: Reference<VolumeTemplateGroupObject>, state: string) {
    await waitFor(reference, state, (object) => object?.status?.state === state);
    const { status } = await get(reference);
    if (status === undefined) throw new Error(`${reference.name} has no status`);
    return status;
  }

  /** A claim for each template of the group, `NAME-SUFFIX`, all of them in a new pod. */
  async function clonesOf(reference: Reference<VolumeTemplateGroupObject>, suffix: string, claims: readonly string[]) {
    const { members } = await untilState(reference, 'Ready');
    for (const name of claims) {
      const member = members.find(({ claim }) => claim === name);
      const className = `${space.name}-${suffix}-${name}`;
      await create(storageClasses, {
        metadata: { name: className },
        provisioner: driverName,
        volumeBindingMode: 'WaitForFirstConsumer',
        parameters: { template: member?.template ?? '' },
      });
      classes.push(className);
      await space.claim(`${name}-${suffix}`, { class: className, size: name === 'index' ? '320Mi' : '64Mi' });
    }
    return await space.runningPod(suffix, { claims: claims.map((name) => `${name}-${suffix}`) });
  }

  /** One that has come to its end, so that nobody has its volumes, which are returned. */
  async function finishedPod(name: string, claims: readonly string[], command: string) {
    const pod = await space.pod(name, { claims, command });
    await waitFor(pod, 'finished', (object) => object?.status?.phase === 'Succeeded');
    const volumes = await Promise.all(claims.map((claim) => space.volumeReference(claim)));
    for (const volume of volumes) {
      await waitFor(volume, 'let go', (object) => object?.status?.mounts?.length === 0);
    }
    return volumes;
  }

  it('capture the volumes of a running application at one moment, of which a second one is cloned', async () => {
    for (const name of names) await space.claim(name, MEMBERS[name]);
    await space.runningPod('app', { claims: names, command: STAMP });
    for (const round of [1, 2]) {
      await run(app, `until [ "$(wc -l < /app/log/log)" -ge ${round * 15} ]; do sleep 0.1; done`);
      const group = await groupOf('app', `cut-${round}`);
      const status = await untilState(group, 'Ready');
      expect(status.members.map(({ claim, template }) => [claim, template])).to.deep.equal(
        names.map((name) => [name, `${group.name}-${name}`]),
      );
      for (const { template } of status.members) {
        await waitFor({ kind: volumeTemplates, name: template }, 'ready', (one) => one?.status?.state === 'Ready');
      }
    }
    expect((await get(space.of(pods, 'app'))).status?.phase).to.equal('Running');
    for (const round of [1, 2]) {
      const [group] = groups.filter(({ name }) => name.endsWith(`cut-${round}`));
      if (group === undefined) throw new Error(`there is no group ${round}`);
      const second = await clonesOf(group, `second-${round}`, names);
      const counts = await Promise.all(
        names.map(async (name) => {
          const lines = (await run(second, `cat /app/${name}-second-${round}/log`)).split('\n').map(Number);
          expect(lines, name).to.deep.equal(lines.map((_, index) => index + 1));
          return lines.length;
        }),
      );
      const [data = 0, , log = 0] = counts;
      expect(log, counts.join()).to.be.at.least(round * 15);
      expect(counts, 'each volume is at most as far as the one before').to.deep.equal(counts.toSorted((a, b) => b - a));
      expect(data - log, counts.join()).to.be.at.most(1);
    }
  }).timeout(300_000);

  it('convert nothing of a pod that runs, and say who has it', async () => {
    const group = await groupOf('app', 'running', { convert: true });
    const { spec } = await get(space.of(pods, 'app'));
    const { message } = await untilState(group, 'Failed');
    expect(message).to.contain(`attached to node ${spec?.nodeName ?? ''}`);
    for (const name of names) expect((await space.volume(name)).status?.ready).to.equal(true);
    expect(await find({ kind: volumeTemplates, name: `${group.name}-data` })).to.equal(undefined);
  });

  it('convert the volumes of a pod that has finished', async () => {
    const claims = ['first', 'second'];
    for (const name of claims) await space.claim(name);
    const command = 'set -e; for v in first second; do echo done > /app/$v/said; sync /app/$v/said; done';
    const volumes = await finishedPod('job', claims, command);
    const group = await groupOf('job', 'finished', { convert: true, tags: { of: 'job' } });
    const { members } = await untilState(group, 'Ready');
    expect(members.map(({ claim }) => claim)).to.deep.equal(claims);
    for (const { name } of volumes) expect(await find({ kind: tomeVolumes, name })).to.equal(undefined);
    const clone = await clonesOf(group, 'after', claims);
    for (const name of claims) expect(await run(clone, `cat /app/${name}-after/said`)).to.contain('done');
  }).timeout(240_000);

  it('convert the volumes of the claims that have a label', async () => {
    const claims = ['left', 'right'];
    for (const name of claims) await space.claim(name, { labels: { part: 'pair' } });
    await finishedPod('pair', claims, 'true');
    const matchLabels = { part: 'pair' };
    const source = { claims: { namespace: space.name, selector: { matchLabels } } };
    const group = await groupOf('', 'labelled', { source, convert: true });
    const { members } = await untilState(group, 'Ready');
    expect(members.map(({ claim }) => claim)).to.deep.equal(claims);
    for (const { volume } of members) expect(await find({ kind: tomeVolumes, name: volume })).to.equal(undefined);
    for (const { template } of members) {
      await waitFor({ kind: volumeTemplates, name: template }, 'ready', (one) => one?.status?.state === 'Ready');
    }
  });
});
