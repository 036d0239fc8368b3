import { expect } from 'chai';
import { parseSize } from '../../../src/domain/sizes.ts';
import { writeData } from '../support/data.ts';
import { eventAbout } from '../support/events.ts';
import { capacities } from '../support/kinds.ts';
import { twoNodes } from '../support/nodes.ts';
import { settings } from '../support/settings.ts';
import { useSpace } from '../support/use-space.ts';
import { watchUntil } from '../support/wait.ts';

/** csi-provisioner asks every 10 s; the rest is its answer's way. */
const CAPACITY_AGE_MS = 13_000;

describe('capacity', () => {
  const space = useSpace('capacity');

  it('a full node sends the pod to the other; where all are full it waits, told why, until there is room', async () => {
    const [one, two] = await twoNodes();
    for (const node of [one, two]) await untilCapacity(node, (bytes) => bytes > parseSize('1200Mi'), 60_000);
    await space.claim('first', { class: 'tome-small', size: '1200Mi' });
    await space.runningPod('first', { node: one });
    await untilCapacity(one, (bytes) => bytes < parseSize('1200Mi'), CAPACITY_AGE_MS);

    await space.claim('second', { class: 'tome-small', size: '1200Mi' });
    const placed = await space.running(await space.pod('second', {}));
    expect(placed.spec?.nodeName).to.equal(two);
    await writeData(space.container('second'));
    await untilCapacity(two, (bytes) => bytes < parseSize('1200Mi'), CAPACITY_AGE_MS);

    await space.claim('third', { class: 'tome-small', size: '1200Mi' });
    const third = await space.pod('third', {});
    expect(await eventAbout(third, /FailedScheduling/)).to.match(/free storage/);
    await space.removedPod('first');
    await space.removedClaim('first');
    const { spec } = await space.running(third, 120_000);
    expect(spec?.nodeName).to.equal(one);
  });

  it('an Immediate volume that fits nowhere: the event says what is free where', async () => {
    const claim = await space.claim('huge', { class: 'tome-immediate', size: '5000Gi' });
    const told = await eventAbout(claim, /ProvisioningFailed/);
    expect(told).to.match(/free of the 4\.9Ti needed/);
    for (const node of await twoNodes()) expect(told).to.contain(`${node}.default`);
  });
});

/** What the scheduler is told of a node for the class `tome-small`, in bytes. */
async function untilCapacity(node: string, accept: (bytes: number) => boolean, timeoutMs: number): Promise<void> {
  const told = await watchUntil(
    capacities,
    { namespace: settings.namespace },
    (all) =>
      all.some(
        ({ storageClassName, nodeTopology, capacity }) =>
          storageClassName === 'tome-small' &&
          nodeTopology?.matchLabels?.['topology.tome.storage/node'] === node &&
          accept(parseSize(capacity ?? '0')),
      ),
    timeoutMs,
  );
  if (told === undefined) throw new Error(`the capacity of ${node} is not told within ${timeoutMs / 1000} s`);
}
