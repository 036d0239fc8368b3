import { expect } from 'chai';
import { controllerPods } from '../support/driver-pod.ts';
import { run } from '../support/exec.ts';
import { fill, importPod, leftOf, untilTold } from '../support/imports.ts';
import { list } from '../support/objects.ts';
import { pods } from '../support/kinds.ts';
import { killDriver } from '../support/on-node.ts';
import { startSourceServer, type SourceServer } from '../support/source-server.ts';
import { useSpace } from '../support/use-space.ts';

describe('a claim that is being filled', () => {
  const space = useSpace('imports-killed');
  let server: SourceServer;

  before(async () => {
    server = await startSourceServer(space);
  });

  for (const mode of ['controller', 'node'] as const) {
    it(`is filled by the pod that has begun when the driver is killed on its ${mode} side`, async () => {
      await server.hold('model.bin');
      const filling = await fill(space, mode, { source: `${server.origin}/held/model.bin` });
      await untilTold(filling, 'Importing', / of 16Mi/);
      const first = await importPod(filling, 'running', ({ status }) => status?.phase === 'Running');
      const [controller] = await list(pods, controllerPods);
      const node = mode === 'controller' ? controller?.spec?.nodeName : first.spec?.nodeName;
      expect(await killDriver(node ?? '', mode)).to.equal(1);
      await server.release('model.bin');
      const last = await importPod(filling, 'done', ({ status }) => status?.phase === 'Succeeded');
      expect(last.metadata?.uid).to.equal(first.metadata?.uid);
      await space.bound(filling.claim, 180_000);
      const pod = await space.runningPod(mode, {});
      expect(await run(pod, 'sha256sum < /data/model.bin')).to.equal(await server.run('sha256sum < model.bin'));
      expect(await leftOf(filling)).to.deep.equal([]);
    });
  }
});
