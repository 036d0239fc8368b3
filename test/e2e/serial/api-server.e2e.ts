import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import * as z from 'zod';
import { checksum, writeData } from '../support/data.ts';
import { claims, nodes, pods } from '../support/kinds.ts';
import { get } from '../support/objects.ts';
import { cluster, describeOnOwnCluster } from '../support/own-cluster.ts';
import { isReady, restartsOf } from '../support/pod-state.ts';
import { useSpace } from '../support/use-space.ts';
import { waitFor } from '../support/wait.ts';
import { requireSteady, untilWritten, writerCommand } from '../support/writer.ts';

const OUTAGE_MS = 60_000;

describeOnOwnCluster('an API server that is away for a minute', () => {
  const space = useSpace('api-server');

  it('stops no pod; the node still answers its kubelet, also after the driver was killed; then all goes on', async () => {
    await space.claim('writer');
    const { spec } = await space.running(await space.pod('writer', { command: writerCommand }));
    const node = spec?.nodeName ?? '';
    const writer = space.container('writer');
    await space.claim('crasher');
    // Ends while the API server is away, and must find its volume when its kubelet starts it again.
    const crasher = await space.pod('crasher', {
      node,
      restartPolicy: 'Always',
      command:
        'echo started >> /data/log && sync /data/log && while [ ! -e /data/end ]; do sleep 0.2; done; rm /data/end; exit 1',
    });
    await space.running(crasher);

    const before = await requireSteady(writer);
    const kubelet = await kubeletOf(node);
    await cluster('stop-apiserver');
    const stopped = Date.now();
    try {
      await killIn(node);
      await endCrasher(node);
      // Until the outage is over: the time itself is what is tested.
      await delay(OUTAGE_MS);
      const seen = await statsTime(kubelet, space.name, 'writer');
      expect(seen).to.be.greaterThan(stopped + OUTAGE_MS / 2, 'the kubelet still reads how full the volume is');
    } finally {
      await cluster('start-apiserver');
    }
    const during = await requireSteady(writer);
    expect(during.last - before.last).to.be.greaterThan(OUTAGE_MS / 1000 - 1);
    await untilWritten(writer, during);
    const restarted = await waitFor(
      crasher,
      'restarted',
      (pod) => isReady(pod) && pod !== undefined && restartsOf(pod) > 0,
    );
    expect(restartsOf(restarted ?? (await get(crasher)))).to.equal(1);

    await space.claim('after');
    const after = await space.runningPod('after', {}, 120_000);
    const written = await writeData(after);
    expect(await checksum(after)).to.equal(written);
    await space.removedPod('after');
    await space.removed(space.of(claims, 'after'));
    await requireSteady(writer);
    expect((await get({ kind: pods, namespace: space.name, name: 'writer' })).status?.phase).to.equal('Running');
  });
});

const execute = promisify(execFile);

/** SIGKILL for the driver's process on the node, which no API can ask for now. */
async function killIn(node: string): Promise<void> {
  const found = await cluster('in', node, 'pgrep', '-f', ' node --config=/etc/tome/config.json');
  await cluster('in', node, 'kill', '-KILL', ...found.split('\n'));
}

/** A file for the pod that waits for it. */
async function endCrasher(node: string): Promise<void> {
  const found = await cluster('in', node, 'pgrep', '-f', 'echo started >> /data/log');
  const pid = found.split('\n').at(-1) ?? '';
  await cluster('in', node, 'touch', `/proc/${pid}/root/data/end`);
}

const summarySchema = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      volume: z
        .array(z.object({ name: z.string(), time: z.iso.datetime(), usedBytes: z.number().optional() }))
        .optional(),
    }),
  ),
});

/** Where the node's kubelet answers, which the API server knows while it is there. */
async function kubeletOf(node: string): Promise<string> {
  const { status } = await get({ kind: nodes, name: node });
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  return `https://${address}:${status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0}`;
}

/** When the kubelet last had NodeGetVolumeStats of the pod's volume, in milliseconds; asked of the kubelet itself. */
async function statsTime(kubelet: string, namespace: string, pod: string): Promise<number> {
  const folder = path.join(path.dirname(await cluster('kubeconfig')), 'pki');
  const credentials = ['--cert', `${folder}/kubelet-client.crt`, '--key', `${folder}/kubelet-client.key`];
  const { stdout } = await execute('curl', ['-sSfk', ...credentials, `${kubelet}/stats/summary`]);
  const { pods: all } = summarySchema.parse(JSON.parse(stdout));
  const found = all.find(({ podRef }) => podRef.namespace === namespace && podRef.name === pod);
  const volume = found?.volume?.find(({ name }) => name === 'data');
  return Date.parse(volume?.time ?? '1970-01-01T00:00:00Z');
}
