import type { V1PersistentVolumeClaim, V1PodSpec } from '@kubernetes/client-node';
import { expect } from 'chai';
import { checksum, filesystemSize, writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import {
  claims,
  pods,
  snapshots,
  storageClasses,
  tomeQuotas,
  tomeVolumes,
  volumeTemplates,
  type VolumeTemplateObject,
} from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { create, find, get, list, remove, type Reference } from '../support/objects.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('templates', () => {
  const space = useSpace('templates');
  const made: Reference<VolumeTemplateObject>[] = [];
  let here: string;
  let there: string;
  let written: string;

  before(async () => {
    [here, there] = await twoNodes();
    await space.claim('base');
    const base = await space.runningPod('base', { node: here });
    written = await writeData(base);
  });

  // After the namespace and the clones in it.
  after(async () => {
    await remove({ kind: storageClasses, name: named('class') });
    await remove({ kind: tomeQuotas, name: named('quota') });
    for (const one of made) await space.removed(one);
  });

  /** Templates belong to no namespace. */
  const named = (name: string) => `${space.name}-${name}`;

  async function template(name: string, spec: VolumeTemplateObject['spec']): Promise<Reference<VolumeTemplateObject>> {
    const reference = { kind: volumeTemplates, name: named(name) };
    await create(volumeTemplates, { metadata: { name: reference.name }, spec });
    made.push(reference);
    return reference;
  }

  async function untilState(reference: Reference<VolumeTemplateObject>, state: string): Promise<VolumeTemplateObject> {
    const found = await waitFor(reference, state, (object) => object?.status?.state === state);
    return found ?? get(reference);
  }

  async function clone(name: string, of: string, options: object = {}): Promise<Reference<V1PersistentVolumeClaim>> {
    return space.claim(name, { from: { kind: 'VolumeTemplate', name: named(of) }, ...options });
  }

  const source = (name: string) => ({ persistentVolumeClaim: { namespace: space.name, name } });

  const madeForOthers = async () => {
    const own = await list(claims, { namespace: settings.namespace });
    return own.filter(({ metadata }) => metadata?.annotations?.['tome.storage/made-for']?.startsWith(`${space.name}/`));
  };

  it('are made of a claim in use, and a claim that names one gets a clone, where the template is', async () => {
    const gold = await template('gold', { source: source('base') });
    expect((await untilState(gold, 'Ready')).status).to.include({ node: here, clones: 0 });
    const ref = await clone('ref', 'gold');
    const pod = await space.runningPod('ref', { spec: preferring(there) });
    expect((await get(space.of(pods, 'ref'))).spec?.nodeName).to.equal(here);
    expect(await checksum(pod)).to.equal(written);
    await writeData(pod);
    expect(await checksum(space.container('base'))).to.equal(written);

    const { spec } = await space.volume('ref');
    expect(spec).to.include({ claim: `${space.name}/ref`, pool: (await space.volume('base')).spec.pool });
    expect(spec.source?.kind).to.equal('template');
    expect(await eventAbout(ref, /Cloned/)).to.contain(`a clone of template "${gold.name}"`);
    await waitFor(ref, 'let go', (claim) => !claim?.metadata?.finalizers?.some((one) => one.includes('tome.storage')));
    expect(await madeForOthers()).to.deep.equal([]);
  });

  it('give larger volumes, and no smaller ones or of another kind, which is said on the claim', async () => {
    await clone('larger', 'gold', { size: '256Mi' });
    const larger = await space.runningPod('larger', {});
    expect(await checksum(larger)).to.equal(written);
    expect(await filesystemSize(larger)).to.be.greaterThan((await filesystemSize(space.container('base'))) * 3);

    const smaller = await clone('smaller', 'gold', { size: '16Mi', class: 'tome-immediate' });
    expect(await eventAbout(smaller, /ProvisioningFailed/)).to.match(/16Mi is less than the source has.*64Mi/);
    const block = await clone('block', 'gold', { block: true, class: 'tome-immediate' });
    expect(await eventAbout(block, /ProvisioningFailed/)).to.match(/template ".*-gold" is a Filesystem volume/);
    for (const refused of [smaller, block]) {
      expect((await get(refused)).status?.phase).to.equal('Pending');
      await space.removed(refused);
    }
    expect(await madeForOthers()).to.deep.equal([]);
  });

  it('are waited for, are made of a VolumeSnapshot, and cloned by a StorageClass', async () => {
    const waiting = await clone('waiting', 'silver', { class: 'tome-immediate' });
    expect(await eventAbout(waiting, /CloneWaits/)).to.contain(`there is no template "${named('silver')}"`);
    const volumeSnapshotClassName = 'tome';
    const metadata = { name: 'cut', namespace: space.name };
    const spec = { volumeSnapshotClassName, source: { persistentVolumeClaimName: 'base' } };
    const cut = await create(snapshots, { metadata, spec });
    expect(cut.metadata?.name).to.equal('cut');
    const silver = await template('silver', { source: { volumeSnapshot: { namespace: space.name, name: 'cut' } } });
    await untilState(silver, 'Ready');
    await space.bound(waiting);
    expect(await checksum(await space.runningPod('waiting', {}))).to.equal(written);

    await create(storageClasses, {
      metadata: { name: named('class') },
      provisioner: 'csi.tome.storage',
      volumeBindingMode: 'WaitForFirstConsumer',
      parameters: { template: silver.name },
    });
    await space.claim('by-class', { class: named('class') });
    const pod = await space.runningPod('by-class', { spec: preferring(there) });
    expect(await checksum(pod)).to.equal(written);
    expect((await get(space.of(pods, 'by-class'))).spec?.nodeName).to.equal(here);
  });

  it('count for the quota of the namespace that gets the clone', async () => {
    const limits = { volumes: 1 };
    const quota = { namespace: space.name, storageClass: 'tome-small', limits };
    await create(tomeQuotas, { metadata: { name: named('quota') }, spec: quota });
    await space.claim('counted', { class: 'tome-small' });
    await space.runningPod('counted', { node: here });
    const small = await template('small', { source: source('counted') });
    await untilState(small, 'Ready');
    const beyond = await clone('beyond', 'small', { class: 'tome-small' });
    const pod = await space.pod('beyond', {});
    expect(await eventAbout(beyond, /ProvisioningFailed/)).to.contain('limits volumes to 1: 1 used, 1 more asked for');
    await space.removedPod('counted');
    await space.removedClaim('counted');
    await space.running(pod, 180_000);
  });

  it('stay while there are clones of them, and go with the last one', async () => {
    const silver = { kind: volumeTemplates, name: named('silver') };
    await waitFor(silver, 'counted', (object) => object?.status?.clones === 2);
    await remove(silver);
    expect((await untilState(silver, 'Deleting')).status?.message).to.contain('has 2 clones');
    for (const name of ['waiting', 'by-class']) {
      await space.removedPod(name);
      await space.removedClaim(name);
    }
    await waitFor(silver, 'gone', (object) => object === undefined);
  });

  it("are what a claim's volume is converted into, unless it is in use", async () => {
    await space.claim('whole');
    const pod = await space.runningPod('whole', { node: there });
    const data = await writeData(pod);
    const volume = await space.volumeReference('whole');
    const early = await template('early', { source: source('whole'), convert: true });
    expect((await untilState(early, 'Failed')).status?.message).to.match(/in use|mounted|attached/);
    await space.removedPod('whole');
    const whole = await template('whole', { source: source('whole'), convert: true });
    expect((await untilState(whole, 'Ready')).status).to.include({ node: there });
    expect(await find(volume)).to.equal(undefined);
    expect((await list(tomeVolumes)).map(({ spec }) => spec.claim)).not.to.include(`${space.name}/whole`);
    await clone('again', 'whole');
    const again = await space.runningPod('again', { spec: preferring(here) });
    expect(await checksum(again)).to.equal(data);
    expect((await get(space.of(pods, 'again'))).spec?.nodeName).to.equal(there);
  });
});

function preferring(node: string): Partial<V1PodSpec> {
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }];
  const preference = { weight: 100, preference: { matchExpressions } };
  return { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preference] } } };
}
