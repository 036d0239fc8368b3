import { expect } from 'chai';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { controllerPublishVolume } from '../../../src/csi/controller/controller-publish-volume.ts';
import { controllerUnpublishVolume } from '../../../src/csi/controller/controller-unpublish-volume.ts';
import type { ControllerDeps } from '../../../src/csi/controller/deps.ts';
import { NodeTurns } from '../../../src/csi/controller/node-turns.ts';
import { Quotas } from '../../../src/csi/controller/quota/quotas.ts';
import type { AccessMode } from '../../../src/domain/access.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { Attachment } from '../../../src/domain/volume.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import { linuxHost } from '../../../src/host/linux-host.ts';
import { mount } from '../../support/controller.ts';
import { received } from '../../support/received.ts';
import { poolSpec, poolStatus, readyStatus, volumeSpec } from '../fixtures.ts';
import { describeInWorld, type World } from './world.ts';

const id = volumeId('contested');
const NODES = ['node-1', 'node-2', 'node-3', 'node-4'];
/** What an orchestrator can be told when it loses, or the API server is away. */
const EXPECTED = ['FailedPrecondition', 'AlreadyExists', 'Unavailable', 'Aborted'];

/** Until the history has this much in it, whatever else happens. */
const ENOUGH = { versions: 120, writers: 15 };

describeInWorld('two controllers that grant one volume', (world) => {
  it('never grant it to a writer beside anybody, while one is restarted and the API server is killed', async function () {
    this.timeout(180_000);
    const observer = world().open();
    await observer.pools.create('node-1.default', { ...poolSpec, agent: 'node-1', nodes: NODES }, poolStatus);
    const created = await observer.volumes.create(id, volumeSpec({ pool: 'node-1.default' }), readyStatus);
    const history: (readonly Attachment[])[] = [];
    // The first that is seen after the API server was away: what came in between may never be told.
    const afterGap = new Set<number>();
    observer.volumes.watch(({ resource }) => history.push(resource?.spec.attachments ?? []), id);
    await observer.volumes.list();

    const controllers = [depsOver(openHere(world())), depsOver(openHere(world()))];
    const soleWriters = () => history.filter((held) => held.some(({ readOnly }) => !readOnly)).length;
    const isEnough = () => history.length > ENOUGH.versions && soleWriters() > ENOUGH.writers;
    const outcomes = new Map<string, number>();
    const done = { isIt: false };
    const callers = NODES.flatMap((node, index) =>
      controllers.map((_, which) =>
        compete(
          () => controllers[which],
          node,
          index,
          outcomes,
          () => done.isIt,
        ),
      ),
    );
    await waitFor(() => history.length > 30);
    // A controller is killed and another one takes its place, with nothing but what the API server has.
    const [first] = controllers;
    controllers[0] = depsOver(openHere(world()));
    await first?.catalog.close();
    await waitFor(() => history.length > 60);
    await world().server.kill();
    afterGap.add(history.length);
    await world().server.start();
    await waitFor(isEnough);
    done.isIt = true;
    await Promise.all(callers);

    expect(history.filter((held) => held.length > 1 && held.some(({ readOnly }) => !readOnly))).to.deep.equal([]);
    // A step that both gives and takes would have left somebody without a grant who was not told.
    const isSeen = (index: number) => !afterGap.has(index);
    expect(history.filter((held, index) => isSeen(index) && isSwap(history[index - 1] ?? [], held))).to.deep.equal([]);
    expect([...outcomes.keys()].filter((code) => code !== 'OK' && !EXPECTED.includes(code))).to.deep.equal([]);
    expect(outcomes.get('FailedPrecondition') ?? 0, JSON.stringify([...outcomes])).to.be.above(20);
    expect(
      history.some((held) => held.length > 1),
      'many readers at once',
    ).to.equal(true);
    expect((await observer.volumes.find(id))?.spec).to.deep.equal({ ...created.spec, attachments: [] });
  });
});

function openHere(world: World): Catalog {
  return world.open({ user: 'controller', timeoutMs: 3_000 });
}

function depsOver(catalog: Catalog): ControllerDeps {
  const filesystemRules = filesystems(linuxHost()).rulebook;
  const now = () => Date.now();
  const quotas = new Quotas({ catalog, filesystemRules, now });
  return { catalog, quotas, filesystemRules, maxVolumesPerNode: 0, turns: new NodeTurns(), now };
}

/** Attaches and detaches again and again, as an orchestrator does for one node. */
async function compete(
  controller: () => ControllerDeps | undefined,
  nodeId: string,
  index: number,
  outcomes: Map<string, number>,
  isDone: () => boolean,
): Promise<void> {
  for (let round = index; !isDone(); round += 1) {
    const mode: AccessMode = round % 6 < 4 ? 'SINGLE_NODE_WRITER' : 'MULTI_NODE_READER_ONLY';
    await tell(
      outcomes,
      (deps) =>
        controllerPublishVolume(
          received('ControllerPublishVolume', { volumeId: id, nodeId, volumeCapability: mount(mode) }),
          deps,
        ),
      controller,
    );
    await tell(
      outcomes,
      (deps) => controllerUnpublishVolume(received('ControllerUnpublishVolume', { volumeId: id, nodeId }), deps),
      controller,
    );
  }
  // Whatever the last one came to, in the end nothing is attached.
  while (
    (await tell(
      new Map(),
      (deps) => controllerUnpublishVolume(received('ControllerUnpublishVolume', { volumeId: id, nodeId }), deps),
      controller,
    )) !== 'OK'
  );
}

async function tell(
  outcomes: Map<string, number>,
  call: (deps: ControllerDeps) => Promise<unknown>,
  controller: () => ControllerDeps | undefined,
): Promise<string> {
  const deps = controller();
  if (deps === undefined) throw new Error('there is no controller');
  let code = 'OK';
  try {
    await call(deps);
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    code = error.reason;
  }
  outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  return code;
}

function isSwap(before: readonly Attachment[], now: readonly Attachment[]): boolean {
  const has = (held: readonly Attachment[], { nodeName }: Attachment) =>
    held.some((other) => other.nodeName === nodeName);
  const added = now.filter((attachment) => !has(before, attachment));
  const removed = before.filter((attachment) => !has(now, attachment));
  return added.length > 1 || (added.length > 0 && removed.length > 0);
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
