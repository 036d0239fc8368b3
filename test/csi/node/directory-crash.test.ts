import { expect } from 'chai';
import { readdirSync, writeFileSync } from 'node:fs';
import type { Host } from '../../../src/host/host.ts';
import { host } from '../../pool/open-test-pool.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';

/** What changes something: a process can die before each of these. */
const STEPS = new Set(['replace', 'makeDirectory', 'remove', 'bind', 'unmount']);
const WRITERS = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;

/** Does nothing more from its `step`th change on (from 1), as if the process had been killed there. */
function dyingAt(step: number): { host: Host; arm: () => void; died: () => boolean } {
  let left = Infinity;
  const guarded = <T extends object>(functions: T): T =>
    new Proxy(functions, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (STEPS.has(String(name))) left--;
          if (left <= 0) throw new Error('killed');
          return Reflect.apply(value, target, args);
        };
      },
    });
  const arm = () => {
    left = step;
  };
  return { arm, host: { ...host, files: guarded(host.files), mounts: guarded(host.mounts) }, died: () => left <= 0 };
}

describe('a driver that is killed while it works on a managed volume', function () {
  this.timeout(60_000);
  let place: DirectoryPlace;
  beforeEach(async () => {
    place = await directoryPlace();
  });
  afterEach(() => place.directory.cleanUp());

  /** Kills it at each step in turn, starts it again and repeats the calls, until it gets through unharmed. */
  async function atEachStep(
    work: (place: DirectoryPlace) => Promise<void>,
    check: () => Promise<void>,
    reset: () => Promise<void>,
  ): Promise<number> {
    for (let step = 1; ; step++) {
      const dying = dyingAt(step);
      const node = await place.restarted(dying.host);
      dying.arm();
      const outcome = await work(node).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!dying.died()) {
        expect(outcome).to.equal(undefined);
        return step - 1;
      }
      place = await place.restarted();
      await work(place);
      await check();
      await reset();
    }
  }

  it('stages and publishes it by the retry, once, whatever the step', async () => {
    const volume = await place.create('v');
    writeFileSync(place.data('v/own'), '');
    const start = async (node: DirectoryPlace) => {
      await node.stage(volume, WRITERS);
      for (const name of ['one', 'two']) await node.publish(volume, { ...WRITERS, target: node.at(name) });
    };
    const end = async () => {
      for (const name of ['one', 'two']) await place.unpublish(volume, place.at(name));
      await place.unstage(volume);
      expect(await place.mounts()).to.deep.equal([]);
      expect(await place.shown.knows(volume.id)).to.equal(false);
    };
    const check = async () => {
      expect(await place.mounts()).to.deep.equal(['one', 'staging', 'two']);
      expect(readdirSync(place.at('two'))).to.deep.equal(['own']);
      expect(await place.shown.of(volume.id)).to.have.length(3);
    };
    expect(await atEachStep(start, check, end)).to.be.greaterThan(8);
    await check();
  });

  it('takes it away by the retry, whatever the step', async () => {
    const volume = await place.create('v');
    const start = async () => {
      await place.stage(volume, WRITERS);
      for (const name of ['one', 'two']) await place.publish(volume, { ...WRITERS, target: place.at(name) });
    };
    const end = async (node: DirectoryPlace) => {
      for (const name of ['one', 'two']) await node.unpublish(volume, node.at(name));
      await node.unstage(volume);
    };
    const check = async () => {
      expect(await place.mounts()).to.deep.equal([]);
      expect(readdirSync(place.at(''))).to.deep.equal(['staging']);
      expect(await place.shown.knows(volume.id)).to.equal(false);
    };
    await start();
    expect(await atEachStep(end, check, start)).to.be.greaterThan(6);
    await check();
  });

  it('finds nothing shown after the machine was restarted, and stages it for another access', async () => {
    const volume = await place.create('v');
    await place.stage(volume, WRITERS);
    await place.publish(volume, WRITERS);
    // All mounts are gone, and all files are there.
    for (const name of ['target', 'staging']) await host.mounts.unmount(place.at(name));
    place = await place.restarted();
    expect(await place.shown.of(volume.id)).to.deep.equal([]);
    await place.stage(volume, { mode: 'SINGLE_NODE_SINGLE_WRITER' });
    expect(await place.mounts()).to.deep.equal(['staging']);
    await place.unpublish(volume);
    await place.unstage(volume);
    expect(await place.mounts()).to.deep.equal([]);
  });
});
