import { capacities, csiNodes, nodes } from '../../test/e2e/support/kinds.ts';
import { list } from '../../test/e2e/support/objects.ts';
import { classes, driverName } from './names.ts';
import { Watched } from './watched.ts';

/** The driver is registered on every node, and the scheduler has been told of its capacity there. */
export async function whenReady(): Promise<void> {
  const count = (await list(nodes)).length;
  using registered = await Watched.open(csiNodes);
  await registered.until(
    'registered',
    (all) => all.filter(({ spec }) => spec.drivers.some(({ name }) => name === driverName)).length >= count,
  );
  using published = await Watched.open(capacities);
  // Of classes that bind at once nobody asks it.
  await published.until(
    'published',
    (all) => all.filter(({ storageClassName }) => storageClassName === classes.late).length >= count,
  );
}
