import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NAME, type CrashPlace } from './crash-place.ts';
import { useCrashPlace } from './crash-scenario.ts';
import { publishInline, unpublishInline, type InlineWish } from './ephemeral-caller.ts';

describe('Inline ephemeral volumes, killed at every step', function () {
  this.timeout(300_000);
  const { killAtEveryPoint } = useCrashPlace();

  const target = (place: CrashPlace) => place.path(place.co.targetOf(NAME));
  const publish = (wish: InlineWish) => (place: CrashPlace) => publishInline(place.driver.clients, target(place), wish);
  const unpublish = (place: CrashPlace) => unpublishInline(place.driver.clients, target(place));
  const write = (place: CrashPlace) => writeFile(join(target(place), 'file'), 'written');

  for (const [what, wish] of Object.entries<InlineWish>({
    'of ext4': {},
    'of xfs': { fsType: 'xfs', attributes: { size: '300Mi' } },
    'that is thick': { attributes: { provisioning: 'thick' } },
  })) {
    it(`NodePublishVolume ${what}`, () => killAtEveryPoint({ call: publish(wish), verify: write, undo: unpublish }));
  }

  it('NodePublishVolume of one that is made for the first time, with its blank', () =>
    killAtEveryPoint({ prepare: (place) => place.dropBlanks(), call: publish({}), verify: write, undo: unpublish }));

  it('NodePublishVolume, read-only', () => killAtEveryPoint({ call: publish({ readonly: true }), undo: unpublish }));

  it('NodeUnpublishVolume', () => killAtEveryPoint({ prepare: publish({}), call: unpublish, undo: unpublish }));
});
