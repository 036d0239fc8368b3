import { NAME, type CrashPlace } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';
import { expectVolume } from './crash-verify.ts';

const CLONE = 'idle';
const OTHER = 'second';

/** A volume with the data, not in use: as the one to be converted. */
const fill = ({ co }: CrashPlace) => co.createVolume(NAME, { restore: 'cut' });

describe('Templates, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint, killInTheStart } = useCrashPlace();

  /** Whatever it is at that moment, a volume or a template, is removed as that. */
  const remove = async ({ co }: CrashPlace) => {
    await co.deleteTemplate('gold');
    await co.deleteVolume(NAME);
  };

  /** There is the data, in the template and in nothing else. */
  const verifyConverted = async (place: CrashPlace) => {
    await place.co.createVolume(NAME, { template: 'gold' });
    await expectVolume(place, { data: true });
    await place.co.deleteVolume(NAME);
  };

  const conversion = {
    prepare: fill,
    call: ({ co }: CrashPlace) => co.createTemplate('gold', { volume: NAME, convert: true }),
    verify: verifyConverted,
    undo: remove,
  };

  it('of a volume that is mounted', () =>
    killAtEveryPoint({
      call: ({ co }) => co.createTemplate('gold', { volume: 'mounted' }),
      verify: verifyConverted,
      undo: remove,
    }));

  it('of a snapshot', () =>
    killAtEveryPoint({
      call: ({ co }) => co.createTemplate('gold', { snapshot: 'cut' }),
      verify: verifyConverted,
      undo: remove,
    }));

  it('converted from a volume', () => killAtEveryPoint(conversion));

  it('converted from a volume, and again in the start that follows', () =>
    killInTheStart(conversion, (label) => label.includes('move')));

  it('of several volumes in use, at one moment', () =>
    killAtEveryPoint({
      call: ({ co }) => co.createTemplates(['mounted', 'idle'], false),
      undo: async ({ co }) => {
        await co.deleteTemplate('t-mounted');
        await co.deleteTemplate('t-idle');
      },
    }));

  const several = {
    prepare: async ({ co }: CrashPlace) => {
      await co.createVolume(NAME, { restore: 'cut' });
      await co.createVolume(OTHER, { restore: 'cut' });
    },
    call: ({ co }: CrashPlace) => co.createTemplates([NAME, OTHER], true),
    verify: async (place: CrashPlace) => {
      for (const template of [`t-${NAME}`, `t-${OTHER}`]) {
        await place.co.createVolume(NAME, { template });
        await expectVolume(place, { data: true });
        await place.co.deleteVolume(NAME);
      }
    },
    undo: async ({ co }: CrashPlace) => {
      for (const name of [NAME, OTHER]) {
        await co.deleteTemplate(`t-${name}`);
        await co.deleteVolume(name);
      }
    },
  };

  it('converted from several volumes', () => killAtEveryPoint(several));

  it('converted from several volumes, and again in the start that follows', () =>
    killInTheStart(several, (label) => label.includes('groups')));

  it('as a volume is cloned of one', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createTemplate('gold', { volume: CLONE }),
      call: ({ co }) => co.createVolume(NAME, { template: 'gold' }),
      verify: (place) => expectVolume(place, { data: true }),
      undo: async ({ co }) => {
        await co.deleteVolume(NAME);
        await co.deleteTemplate('gold');
      },
    }));

  it('as one is deleted', () =>
    killAtEveryPoint({
      prepare: ({ co }) => co.createTemplate('gold', { volume: CLONE }),
      call: ({ co }) => co.deleteTemplate('gold'),
      undo: async ({ co }) => {
        await co.createTemplate('gold', { volume: 'raw' });
        await co.deleteTemplate('gold');
      },
    }));
});
