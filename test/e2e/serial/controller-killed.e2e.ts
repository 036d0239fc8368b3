import { expect } from 'chai';
import { controllerPods } from '../support/driver-pod.ts';
import { claims, pods, tomeVolumes } from '../support/kinds.ts';
import { list, remove } from '../support/objects.ts';
import { twoNodes } from '../support/nodes.ts';
import { killDriver, onNode } from '../support/on-node.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { watchUntil } from '../support/wait.ts';

const COUNT = 20;

describe('the controller killed in the middle of twenty creations', () => {
  const space = useSpace('controller');

  for (const how of ['its process is killed', 'its pod is deleted']) {
    it(`${how}: all are bound in the end, each with one volume`, async () => {
      const prefix = how.includes('process') ? 'killed' : 'deleted';
      const names = Array.from({ length: COUNT }, (_, index) => `${prefix}-${index}`);
      await Promise.all(names.map((name) => space.claim(name, { class: 'tome-immediate', size: '16Mi' })));
      await untilBound(prefix, 3);
      // It has just bound three, so it is there, ready or not.
      const controller = (await list(pods, controllerPods)).find(({ metadata }) => !metadata?.deletionTimestamp);
      if (prefix === 'killed') expect(await killDriver(controller?.spec?.nodeName ?? '', 'controller')).to.equal(1);
      else
        await remove(
          { kind: pods, namespace: settings.namespace, name: controller?.metadata?.name ?? '' },
          { gracePeriodSeconds: 0 },
        );
      await untilBound(prefix, COUNT);

      const volumes = await list(tomeVolumes);
      const ours = volumes.filter(({ spec }) => spec.claim?.startsWith(`${space.name}/${prefix}-`));
      expect(ours.map(({ spec }) => spec.claim).sort()).to.deep.equal(
        names.map((name) => `${space.name}/${name}`).sort(),
      );
    });
  }

  it('no image is left that no volume in the catalog has', async () => {
    const known = (await list(tomeVolumes)).map(({ metadata }) => metadata?.name ?? '');
    const images = (await Promise.all((await twoNodes()).map(imagesOn))).flat();
    expect(images.filter((image) => !known.includes(image))).to.deep.equal([]);
    expect(images.length).to.be.greaterThan(2 * COUNT - 1);
  });

  async function untilBound(prefix: string, count: number): Promise<void> {
    const bound = await watchUntil(
      claims,
      { namespace: space.name },
      (all) => {
        const ours = all.filter(({ metadata }) => metadata?.name?.startsWith(`${prefix}-`));
        return ours.filter(({ status }) => status?.phase === 'Bound').length >= count;
      },
      180_000,
    );
    expect(bound, `${count} claims bound within 180 s`).to.not.equal(undefined);
  }
});

async function imagesOn(node: string): Promise<readonly string[]> {
  const found = await onNode(node, `ls /host${settings.poolsDirectory}/*/volumes | grep ^vol- || true`);
  return found === '' ? [] : found.split('\n');
}
