import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { checksum, writeData } from '../support/data.ts';
import { driverPod } from '../support/driver-pod.ts';
import { get } from '../support/objects.ts';
import { cluster, describeOnOwnCluster } from '../support/own-cluster.ts';
import { isReady, restartsOf } from '../support/pod-state.ts';
import { poll } from '../support/poll.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

const OUTAGE_MS = 60_000;

/** Ends when somebody makes the file `end`, and is to be started again by its kubelet. */
const endingCommand =
  'echo started >> /data/log; sync /data/log; until [ -e /data/end ]; do sleep 0.2; done; rm /data/end; exit 1';

describeOnOwnCluster('an API server that is away for a minute', () => {
  const space = useSpace('api-server');

  it('stops no pod; the node answers its kubelet, and its driver starts without it; then all goes on', async () => {
    await space.claim('writer');
    const { spec } = await space.running(await space.pod('writer', { command: writerCommand }));
    const node = spec?.nodeName ?? '';
    const writer = space.container('writer');
    await space.claim('ending');
    const ending = await space.pod('ending', { node, restartPolicy: 'Always', command: endingCommand });
    await space.running(ending);
    const driver = `http://${(await driverPod(node)).status?.podIP ?? ''}:9808`;
    const before = await requireSteady(writer);

    await cluster('stop-apiserver');
    const stopped = Date.now();
    try {
      const asked = await statsCalls(driver);
      await poll(
        'the kubelet asks how full volumes are',
        () => statsCalls(driver),
        (calls) => calls > asked,
      );
      await killDriver(node);
      await poll(
        'the driver is back without the API server',
        () => fetch(`${driver}/healthz`),
        ({ ok }) => ok,
      );
      await endPod(node);
      // The rest of the minute: the time itself is what is tested.
      await delay(OUTAGE_MS - (Date.now() - stopped));
    } finally {
      await cluster('start-apiserver');
    }
    const during = await requireSteady(writer);
    expect(during.last - before.last).to.be.greaterThan(OUTAGE_MS / 1000 - 1);
    await untilWritten(writer, during);
    await waitFor(ending, 'restarted', (pod) => pod !== undefined && isReady(pod) && restartsOf(pod) > 0);
    expect(restartsOf(await get(ending))).to.equal(1);

    // The kubelet tries ever more rarely to register a driver that came while the API server was away.
    await space.claim('after');
    const after = await space.runningPod('after', { node }, 150_000);
    const written = await writeData(after);
    expect(await checksum(after)).to.equal(written);
    await space.removedPod('after');
    await space.removedClaim('after');
    await requireSteady(writer);
  });
});

/** How often the driver's process has answered NodeGetVolumeStats. */
async function statsCalls(driver: string): Promise<number> {
  const metrics = await (await fetch(`${driver}/metrics`)).text();
  const line = /^tome_csi_rpc_duration_seconds_count\{[^}]*method="NodeGetVolumeStats",code="OK"\} (\d+)$/m;
  return Number(line.exec(metrics)?.[1] ?? 0);
}

/** SIGKILL for the driver's process on the node, which no API can ask for now. */
async function killDriver(node: string): Promise<void> {
  const found = await cluster('in', node, 'pgrep', '-f', ' node --config=/etc/tome/config.json');
  await cluster('in', node, 'kill', '-KILL', ...found.split('\n'));
}

/** Makes the file that the pod waits for. */
async function endPod(node: string): Promise<void> {
  const found = await cluster('in', node, 'pgrep', '-f', 'until . -e /data/end');
  await cluster('in', node, 'touch', `/proc/${found.split('\n').at(-1) ?? ''}/root/data/end`);
}
