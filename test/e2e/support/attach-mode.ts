import { expect } from 'chai';
import { csiDrivers } from './kinds.ts';
import { find, remove } from './objects.ts';
import { upgrade } from './release.ts';
import { driverName } from './settings.ts';
import { waitFor } from './wait.ts';

/** Brings the release to `attach.enabled`, where it is not there yet. */
export async function useAttachMode(): Promise<void> {
  const reference = { kind: csiDrivers, name: driverName };
  if ((await find(reference))?.spec.attachRequired === true) return;
  // The field is immutable, so the object is made anew.
  await remove(reference);
  await waitFor(reference, 'gone', (object) => object === undefined);
  const { ok, output } = await upgrade('attach.enabled=true');
  expect(ok, output).to.equal(true);
}
