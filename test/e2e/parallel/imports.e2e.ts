import { expect } from 'chai';
import * as z from 'zod';
import { call } from '../support/connection.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { fill, importPod, leftOf, untilTold } from '../support/imports.ts';
import { persistentVolumes, pods, secrets, tomeVolumes, volumeImports } from '../support/kinds.ts';
import { messagesAbout } from '../support/messages.ts';
import { twoNodes } from '../support/nodes.ts';
import { collection, create, get, patch, remove } from '../support/objects.ts';
import { killProcesses } from '../support/on-node.ts';
import { settings } from '../support/settings.ts';
import { startSourceServer, type SourceServer } from '../support/source-server.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

const tableSchema = z.object({ rows: z.array(z.object({ cells: z.array(z.unknown()) })) });
const wrong = `sha256:${'0'.repeat(64)}`;

describe('a claim that names a VolumeImport', () => {
  const space = useSpace('imports');
  let server: SourceServer;
  let checksum: string;

  before(async () => {
    server = await startSourceServer(space);
    checksum = `sha256:${(await server.run('sha256sum model.bin')).split(' ')[0] ?? ''}`;
  });

  /** What `kubectl get volumeimports NAME` shows: name, source, claims, state, message. */
  async function shown(name: string): Promise<readonly unknown[]> {
    const path = `${collection(volumeImports, space.name)}/${name}`;
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    return tableSchema.parse(await call({ method: 'GET', path, accept })).rows[0]?.cells ?? [];
  }

  it('is bound when its file is in it, and not before; tells how far it is; has the file at a path by subPath', async () => {
    const filling = await fill(space, 'model', { source: `${server.origin}/held/model.bin`, checksum });
    await untilTold(filling, 'Importing', / of 16Mi/);
    const pod = await importPod(filling, 'running', ({ status }) => status?.phase === 'Running');
    expect(pod.spec?.containers[0]?.image).to.equal(settings.image);
    expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    expect((await shown('model')).slice(0, 4)).to.deep.equal([
      'model',
      `${server.origin}/held/model.bin`,
      'model',
      'Importing',
    ]);

    await server.release('model.bin');
    await space.bound(filling.claim);
    expect(await eventAbout(filling.claim, /ImportFinished/)).to.equal('Normal ImportFinished: all is in the volume');
    expect(await eventAbout(filling.claim, /ImportStarted/)).to.contain(`${server.origin}/held/model.bin`);
    const volumeMounts = [{ name: 'data', mountPath: '/models/weights', subPath: 'model.bin', readOnly: true }];
    const container = {
      name: 'main',
      image: settings.busybox,
      command: ['sh', '-c', 'trap exit TERM; sleep 1000000 & wait'],
    };
    const user = await space.runningPod('model', { spec: { containers: [{ ...container, volumeMounts }] } });
    expect(`sha256:${await run(user, 'sha256sum /models/weights')}`).to.contain(checksum);
    expect((await space.volume('model')).spec.claim).to.equal(`${space.name}/model`);
    expect(await leftOf(filling)).to.deep.equal([]);
    expect((await get(filling.source)).status?.claims).to.deep.equal([]);
  });

  for (const archive of ['all.tar.gz', 'all.tar.xz', 'all.tar.zst']) {
    it(`waits for its first pod and is made where that is, unpacked from ${archive}, for a pod of another user`, async () => {
      const [, node] = await twoNodes();
      const name = archive.replace('all.tar.', 'unpacked-');
      const filling = await fill(space, name, { source: `${server.origin}/${archive}` }, { class: 'tome' });
      await untilTold(filling, 'Waiting', /waits for the first pod/);
      const securityContext = { runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, fsGroup: 2000 };
      const pod = await space.runningPod(name, { node, spec: { securityContext } });
      expect((await space.volume(name)).spec.pool).to.equal(`${node}.default`);
      expect(await run(pod, 'ls -A /data | grep -v lost+found')).to.equal('below\ndata');
      expect(await run(pod, 'echo more >> /data/below/text && touch /data/below/new && cat /data/below/text')).to.equal(
        'hello\nmore',
      );
      const sum = await server.run('sha256sum < tree/data');
      expect(await run(pod, 'sha256sum < /data/data')).to.equal(sum);
    });
  }

  it('has the branch or the tag of a repository, by the account of a Secret that nothing tells', async () => {
    const source = `${server.origin}/private/code.git`;
    const credentialsSecretRef = { name: 'account' };
    const branch = await fill(space, 'branch', { source: `${source}#stable`, credentialsSecretRef });
    const tag = await fill(space, 'tag', { source, gitRef: 'v1.0', credentialsSecretRef });
    await untilTold(branch, 'Waiting', /there is no Secret account/);
    const stringData = { username: 'me', password: 'secret word' };
    await create(secrets, { metadata: { name: 'account', namespace: space.name }, stringData });
    for (const filling of [branch, tag]) await space.bound(filling.claim);
    for (const [name, wanted] of [
      ['branch', 'two'],
      ['tag', 'one'],
    ] as const) {
      const pod = await space.runningPod(name, {});
      expect(await run(pod, 'cat /data/text')).to.equal(wanted);
      expect(await run(pod, 'cat /data/.git/config')).not.to.match(/secret|Authorization|bWU6/);
    }
    for (const filling of [branch, tag]) {
      expect(await leftOf(filling)).to.deep.equal([]);
      expect((await messagesAbout(filling.claim)).join()).not.to.contain('secret word');
    }
  });

  it('is never bound with another checksum than was asked for; is tried again, and filled once that is right', async () => {
    const url = `${server.origin}/model.bin`;
    const filling = await fill(space, 'wrong', { source: url, checksum: wrong });
    const first = await importPod(filling, 'failed', ({ status }) => status?.phase === 'Failed');
    const told = await eventAbout(filling.claim, /ImportFailed/);
    expect(told).to.equal(
      `Warning ImportFailed: ${url}: ${url} has the checksum ${checksum}, not ${wrong}: nothing of it is kept`,
    );
    const isNext = (uid: string | undefined) => uid !== undefined && uid !== first.metadata?.uid;
    await importPod(
      filling,
      'made anew and failed',
      ({ metadata, status }) => isNext(metadata?.uid) && status?.phase === 'Failed',
    );
    expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    await patch(filling.source, { spec: { checksum } });
    await space.bound(filling.claim);
    const pod = await space.runningPod('wrong', {});
    expect(`sha256:${await run(pod, 'sha256sum /data/model.bin')}`).to.contain(checksum);
  });

  it('says what has no room: a file, an archive once it is unpacked', async () => {
    for (const [name, file, why] of [
      ['file', 'large', /128Mi, and there is room for .*: ask for a larger volume/],
      ['archive', 'large.tgz', /large.tgz: tar failed .*: ask for a larger volume/],
    ] as const) {
      const filling = await fill(space, `large-${name}`, { source: `${server.origin}/${file}` });
      expect(await eventAbout(filling.claim, /ImportFailed/)).to.match(why);
      await space.removed(filling.claim);
      expect(await leftOf(filling)).to.deep.equal([]);
    }
  });

  it('says why no volume is made: there is no room for it, it is too small for its filesystem', async () => {
    const source = `${server.origin}/model.bin`;
    const large = await fill(space, 'huge', { source }, { size: '1Ti' });
    const small = await fill(space, 'tiny', { source }, { class: 'tome-xfs', size: '16Mi' });
    await space.pod('tiny', {});
    expect(await eventAbout(large.claim, /ImportWaits.*no pool/s))
      .to.contain('Warning')
      .and.to.contain('1Ti');
    expect(await eventAbout(small.claim, /ImportWaits.*16Mi is too small/s)).to.contain('Warning');
    await untilTold(large, 'Waiting', /no pool/);
    await space.removedPod('tiny');
    for (const filling of [large, small]) {
      await space.removed(filling.claim);
      expect(await leftOf(filling)).to.deep.equal([]);
    }
  });

  it('leaves nothing when it is deleted in the middle', async () => {
    await server.hold('model.bin');
    const credentialsSecretRef = { name: 'account' };
    const filling = await fill(space, 'gone', { source: `${server.origin}/held/model.bin`, credentialsSecretRef });
    await untilTold(filling, 'Importing', / of 16Mi/);
    const prime = { kind: filling.claim.kind, namespace: settings.namespace, name: filling.made };
    const { spec } = await get({ kind: persistentVolumes, name: (await get(prime)).spec?.volumeName ?? '' });
    const volume = { kind: tomeVolumes, name: spec?.csi?.volumeHandle ?? '' };
    expect((await get(volume)).status).to.include({ ready: true });
    await space.removed(filling.claim);
    expect(await leftOf(filling)).to.deep.equal([]);
    await waitFor(volume, 'gone', (one) => one === undefined);
  });

  it('is whole in the end when what fills it is killed, or its pod deleted, in the middle', async () => {
    await server.hold('model.bin');
    await server.run('rm asked');
    const filling = await fill(space, 'killed', { source: `${server.origin}/held/${space.name}/model.bin`, checksum });
    await untilTold(filling, 'Importing', / of 16Mi/);
    const { spec, metadata } = await importPod(filling, 'running', ({ status }) => status?.phase === 'Running');
    expect(await killProcesses(spec?.nodeName ?? '', `*\\ [i]mport\\ *${space.name}*`)).to.be.greaterThan(0);
    expect(await eventAbout(filling.claim, /ImportFailed/)).to.contain('the pod has failed: Error, exit code 137');
    expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    const second = await importPod(
      filling,
      'made anew and running',
      (pod) => pod.metadata?.uid !== metadata?.uid && pod.status?.phase === 'Running',
    );
    await remove({ kind: pods, namespace: settings.namespace, name: filling.made }, { gracePeriodSeconds: 0 });
    await importPod(
      filling,
      'made anew and running',
      (pod) => pod.metadata?.uid !== second.metadata?.uid && pod.status?.phase === 'Running',
    );
    expect((await get(filling.claim)).status?.phase).to.equal('Pending');
    await server.release('model.bin');
    await space.bound(filling.claim);
    const pod = await space.runningPod('killed', {});
    expect(`sha256:${await run(pod, 'sha256sum /data/model.bin')}`).to.contain(checksum);
    expect(await run(pod, 'ls -A /data | grep -v lost+found')).to.equal('model.bin');
    // What was there of it was not read again.
    expect(await server.run('cat asked')).to.match(/model.bin bytes=[1-9]/);
  });
});
