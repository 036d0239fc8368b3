import { expect } from 'chai';
import { apply, documentedYaml } from '../support/documented.ts';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { leftOf, untilTold, type Filling } from '../support/imports.ts';
import { claims, storageClasses, tomeSnapshots, volumeImports, volumeTemplates } from '../support/kinds.ts';
import { create, find, get, list, remove } from '../support/objects.ts';
import { driverName } from '../support/settings.ts';
import { startSourceServer, type SourceServer } from '../support/source-server.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';

describe('a template of an import', () => {
  const space = useSpace('template-imports');
  const template = { kind: volumeTemplates, name: `${space.name}-v1` };
  const from = { kind: 'VolumeTemplate', name: template.name };
  const [atOnce, ofTemplate] = [`${space.name}-at-once`, `${space.name}-clones`];
  let server: SourceServer;
  let sum: string;

  before(async () => {
    server = await startSourceServer(space);
    sum = await server.run('sha256sum < model.bin');
  });

  // After the namespace and the clones in it.
  after(async () => {
    for (const name of [atOnce, ofTemplate]) await remove({ kind: storageClasses, name });
    await space.removed(template);
  });

  const untilState = (state: string) => waitFor(template, state, (one) => one?.status?.state === state);
  const sumIn = async (pod: string) => run(await space.runningPod(pod, {}), 'sha256sum < /data/model.bin');

  it('is applied with its claim, says that it waits for that, and is what the claim was filled with', async () => {
    await apply(
      documentedYaml('templates.md', '### Of an import', {
        'https://example.org': `${server.origin}/held`,
        'fstype: ext4': 'fstype: ext4, pool: default',
        'tome-at-once': atOnce,
        'model-v1': template.name,
        golden: space.name,
        '10Gi': '64Mi',
      }),
    );
    const [claim, source] = [space.of(claims, 'model'), space.of(volumeImports, 'model')];
    const filling: Filling = { claim, source, made: `import-${(await get(claim)).metadata?.uid ?? ''}` };
    await untilTold(filling, 'Importing', / of 16Mi/);
    const { status } = await get(template);
    expect(status?.state).to.equal('Pending');
    expect(status?.message).to.equal(`claim ${space.name}/model is not bound yet: VolumeImport model is to fill it`);
    expect((await list(tomeSnapshots)).map(({ spec }) => spec.template)).not.to.include(template.name);

    await server.release('model.bin');
    await untilState('Ready');
    expect((await get(claim)).status?.phase).to.equal('Bound');
    expect(await find(await space.volumeReference('model'))).to.equal(undefined);
    expect(await leftOf(filling)).to.deep.equal([]);
  });

  it('is cloned by a claim, and by a class', async () => {
    await space.claim('by-claim', { from });
    expect(await sumIn('by-claim')).to.equal(sum);
    await create(storageClasses, {
      metadata: { name: ofTemplate },
      provisioner: driverName,
      volumeBindingMode: 'WaitForFirstConsumer',
      parameters: { template: template.name },
    });
    await space.claim('by-class', { class: ofTemplate, size: '128Mi' });
    expect(await sumIn('by-class')).to.equal(sum);
    expect((await space.volume('by-class')).spec.source?.kind).to.equal('template');
  });

  it('has left a claim that no pod gets its volume by any more, and stays when that is deleted', async () => {
    const late = await space.pod('late', { claim: 'model' });
    expect(await eventAbout(late, /FailedMount/)).to.match(/volume vol-\w+ is not on node/);
    await space.removedPod('late');
    const bound = await space.persistentVolume('model');
    await space.removed(space.of(claims, 'model'));
    await waitFor(bound, 'gone', (one) => one === undefined);
    expect((await get(template)).status?.state).to.equal('Ready');
    await space.claim('later', { from });
    expect(await sumIn('later')).to.equal(sum);
  });
});
