import { expect } from 'chai';
import type { AccessMode } from '../../../src/domain/access.ts';
import type { Mount } from '../../../src/host/host.ts';
import type { VolumeRecord } from '../../../src/pool/record.ts';
import { host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

const MODES: readonly AccessMode[] = [
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
  'MULTI_NODE_READER_ONLY',
];

/** What the kernel had after some call: each target path that showed the volume, and whether it could write. */
interface Moment {
  readonly stagings: number;
  readonly writers: number;
  readonly readers: number;
  readonly access: readonly string[];
}

describe('many callers for one volume', function () {
  this.timeout(60_000);
  let place: NodePlace;
  beforeEach(async () => {
    // Every mount and unmount is followed by a look at the kernel, so nothing that was there is missed.
    place = await nodePlace(undefined, recording());
  });
  afterEach(() => place.cleanUp());

  const history: Moment[] = [];
  let watched: VolumeRecord | undefined;

  function recording(): typeof host {
    const look = async () => {
      if (watched !== undefined) history.push(await momentOf(watched));
    };
    const mounts: typeof host.mounts = {
      ...host.mounts,
      mount: async (what) => {
        await host.mounts.mount(what);
        await look();
      },
      bind: async (what) => {
        await host.mounts.bind(what);
        await look();
      },
      unmount: async (target, options) => {
        await host.mounts.unmount(target, options);
        await look();
      },
    };
    return { ...host, mounts };
  }

  async function momentOf(volume: VolumeRecord): Promise<Moment> {
    const image = await host.files.stat(`${place.pool.path}/volumes/${volume.id}/image`);
    const loops = image === undefined ? [] : await host.loops.holding(image);
    const numbers = new Set(loops.map(({ deviceNumber }) => deviceNumber));
    const shown = (await host.mounts.list()).filter(({ deviceNumber }) => numbers.has(deviceNumber));
    const isStaging = ({ target }: Mount) => target.startsWith(place.at('staging'));
    const targets = shown.filter((mount) => !isStaging(mount));
    return {
      stagings: shown.filter(isStaging).length,
      writers: targets.filter(({ readOnly }) => !readOnly).length,
      readers: targets.filter(({ readOnly }) => readOnly).length,
      access: [...new Set(loops.map(({ label }) => label.split(':')[2] ?? label))],
    };
  }

  it('never shows a second target of a single writer, nor a writer beside a reader of another access', async () => {
    const volume = await place.create('v');
    watched = volume;
    history.length = 0;
    const outcomes = new Map<string, number>();
    const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const caller = async (index: number) => {
      for (let round = 0; round < 6; round++) {
        const mode = MODES[(index + round) % MODES.length] ?? 'SINGLE_NODE_WRITER';
        const staging = place.at(`staging-${String(index % 2)}`);
        const target = place.at(`target-${String(index)}`);
        const ask = { mode, staging, target };
        for (const step of [
          () => place.stage(volume, ask),
          () => place.publish(volume, ask),
          () => place.unpublish(volume, target),
          () => place.unstage(volume, staging),
        ]) {
          await step().then(
            () => count('done'),
            (error: unknown) => count(reasonOf(error)),
          );
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => caller(index)));
    watched = undefined;

    expect(
      [...outcomes.keys()].filter((outcome) => !['done', 'AlreadyExists', 'FailedPrecondition'].includes(outcome)),
    ).to.deep.equal([]);
    expect(
      history.some(({ writers }) => writers === 1),
      'somebody wrote',
    ).to.equal(true);
    expect(
      history.some(({ writers }) => writers > 1),
      'writers shared it',
    ).to.equal(true);
    expect(
      history.some(({ readers }) => readers > 1),
      'readers shared it',
    ).to.equal(true);
    for (const moment of history) {
      const shown = JSON.stringify(moment);
      expect(moment.access.length, shown).to.be.at.most(1);
      if (moment.access[0] === 'single-writer') expect(moment.writers + moment.readers, shown).to.be.at.most(1);
      if (moment.access[0] === 'reader') expect(moment.writers, shown).to.equal(0);
      if (moment.access[0] === 'writers') expect(moment.readers, shown).to.equal(0);
    }
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => place.unpublish(volume, place.at(`target-${String(index)}`))),
    );
    await place.unstage(volume, place.at('staging-0'));
    await place.unstage(volume, place.at('staging-1'));
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('lets exactly one of many target paths have a single writer', async () => {
    const volume = await place.create('v');
    await place.stage(volume);
    const calls = Array.from({ length: 20 }, (_, index) =>
      place.publish(volume, { target: place.at(`target-${String(index)}`) }),
    );
    const outcomes = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(outcomes.filter((outcome) => outcome === 'fulfilled')).to.have.length(1);
    expect((await place.kernel(volume)).mounts).to.have.length(2);
    expect((await host.files.list(place.root)).filter((name) => name.startsWith('target-'))).to.have.length(1);
  });

  it('stages different volumes at the same time', async () => {
    const volumes = await Promise.all(Array.from({ length: 8 }, (_, index) => place.create(`v${String(index)}`)));
    const at = (volume: VolumeRecord) => ({
      staging: place.at(`staging-${volume.id}`),
      target: place.at(`target-${volume.id}`),
    });
    await Promise.all(volumes.map((volume) => place.stage(volume, at(volume))));
    await Promise.all(volumes.map((volume) => place.publish(volume, at(volume))));
    await Promise.all(volumes.map((volume) => place.unpublish(volume, at(volume).target)));
    await Promise.all(volumes.map((volume) => place.unstage(volume, at(volume).staging)));
    for (const volume of volumes) expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });
});

function reasonOf(error: unknown): string {
  return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
}
