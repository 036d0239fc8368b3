import { expect } from 'chai';
import { eventAbout } from '../support/events.ts';
import { run } from '../support/exec.ts';
import { claims, pods, tomePools } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { get } from '../support/objects.ts';
import { onNode } from '../support/on-node.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';

const describeWithRoot = settings.sharedRoot === undefined ? describe.skip : describe;

describeWithRoot('managed volumes beneath a root that the nodes share', () => {
  const space = useSpace('managed-shared');
  const directory = `${settings.sharedRoot ?? ''}/${space.name}`;
  /** As the pods that stand in for a login on the node have it. */
  const onHost = `/host${directory}`;
  let one: string;
  let two: string;

  before(async () => {
    [one, two] = await twoNodes();
  });

  after(async () => {
    await onNode(one, `rm -rf ${onHost}`);
  });

  const makeDirectory = (name: string) =>
    onNode(one, `mkdir -p ${onHost}/${name} && echo from the host > ${onHost}/${name}/file`);

  describe('sharing many', () => {
    it('pods of two nodes write to one directory, and each sees what the other has written', async () => {
      await makeDirectory('many');
      await space.claim('many', { class: 'tome-shared-many', mode: 'ReadWriteMany' });
      const [onOne, onTwo] = await Promise.all(
        [one, two].map((node, index) => space.runningPod(`many-${index + 1}`, { claim: 'many', node })),
      );
      if (onOne === undefined || onTwo === undefined) throw new Error('two pods were asked for');
      await run(onOne, 'echo one >> /data/file');
      await run(onTwo, 'echo two >> /data/file && echo made there > /data/made');
      expect(await run(onOne, 'cat /data/file /data/made')).to.equal('from the host\none\ntwo\nmade there');
      expect(await onNode(two, `cat ${onHost}/many/file`)).to.equal('from the host\none\ntwo');
    });

    it('is one volume in one pool of all nodes', async () => {
      const { spec } = await space.volume('many');
      const pool = await get({ kind: tomePools, name: spec.pool });
      expect(pool.spec.nodes).to.have.members([one, two]);
    });

    it('goes on on one node when the pod of the other is gone', async () => {
      await space.removedPod('many-1');
      await run(space.container('many-2'), 'echo alone >> /data/file');
      const again = await space.runningPod('many-3', { claim: 'many', node: one });
      expect(await run(again, 'tail -n 1 /data/file')).to.equal('alone');
    });

    it('the bytes stay when the claim goes', async () => {
      await Promise.all([space.removedPod('many-2'), space.removedPod('many-3')]);
      await space.removedClaim('many');
      for (const node of [one, two]) {
        expect(await onNode(node, `cd ${onHost}/many && cat file made`)).to.equal(
          'from the host\none\ntwo\nalone\nmade there',
        );
      }
    });
  });

  describe('sharing one', () => {
    it('the pod of a claim runs on the node that has it first, and not on another', async () => {
      await makeDirectory('single');
      await space.claim('single', { class: 'tome-shared' });
      await space.runningPod('single-1', { claim: 'single', node: one });
      const other = await space.pod('single-2', { claim: 'single', node: two });
      expect(await eventAbout(other, /FailedScheduling/)).to.match(/node affinity/);
      await space.removedPod('single-2');
    });

    it('the same directory asked for from another node is refused, and told of the first', async () => {
      await makeDirectory('team');
      await space.claim('first', { class: 'tome-shared-team' });
      await space.runningPod('first', { node: one });
      await space.claim('second', { class: 'tome-shared-team' });
      await space.pod('second', { node: two });
      const told = await eventAbout(space.of(claims, 'second'), /ProvisioningFailed/);
      expect(told).to.contain(`${directory}/team`).and.to.contain(`of claim ${space.name}/first`);
      await space.removedPod('first');
      await space.removedClaim('first');
      // Then it is free.
      await space.running(space.of(pods, 'second'), 120_000);
      expect(await run(space.container('second'), 'cat /data/file')).to.equal('from the host');
      await space.removedPod('second');
      await space.removedClaim('second');
    });

    it('of two that ask for one directory at the same moment on two nodes, one has it, and the other is told so', async () => {
      const asked = [
        { name: 'left', node: one },
        { name: 'right', node: two },
      ];
      await Promise.all(asked.map(({ name }) => space.claim(name, { class: 'tome-shared-team' })));
      await Promise.all(asked.map(({ name, node }) => space.pod(name, { node })));
      const loser = await Promise.any(
        asked.map(async ({ name }) => {
          const told = await eventAbout(space.of(claims, name), /ProvisioningFailed/);
          return { name, told };
        }),
      );
      const winner = loser.name === 'left' ? 'right' : 'left';
      expect(loser.told).to.contain(`${directory}/team`).and.to.contain(`of claim ${space.name}/${winner}`);
      await space.running(space.of(pods, winner));
      expect((await get(space.of(claims, loser.name))).status?.phase).to.equal('Pending');
    });
  });
});
