import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { volumeId } from '../../src/domain/ids.ts';
import { NAME, type CrashPlace } from './crash-place.ts';
import { useCrashPlace, type Scenario } from './crash-scenario.ts';

const FILE = 'managed-root/data/file';

describe('managed volumes, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  async function makeDirectory(place: CrashPlace): Promise<void> {
    await mkdir(place.path('managed-root/data'), { recursive: true });
    await writeFile(place.path(FILE), 'kept');
  }

  const create = (place: CrashPlace) =>
    place.co.createVolume(NAME, { parameters: { type: 'managed', hostPath: place.path('managed-root/data') } });

  /** One record for each volume, and never a byte less. */
  async function expectRecords(place: CrashPlace, ids: readonly string[]): Promise<void> {
    const records = (await readdir(place.path('state/managed'))).filter((name) => name.endsWith('.json'));
    expect(records).to.deep.equal(ids.map((id) => `${id}.json`));
    expect(await readFile(place.path(FILE), 'utf8')).to.equal('kept');
  }

  const creation: Scenario = {
    before: makeDirectory,
    call: create,
    verify: (place) => expectRecords(place, [volumeId(NAME)]),
    undo: ({ co }) => co.deleteVolume(NAME),
  };

  it('as they are made', () => killAtEveryPoint(creation));

  it('as they are deleted', () =>
    killAtEveryPoint({
      before: makeDirectory,
      prepare: create,
      call: ({ co }) => co.deleteVolume(NAME),
      verify: (place) => expectRecords(place, []),
      undo: ({ co }) => co.deleteVolume(NAME),
    }));
});
