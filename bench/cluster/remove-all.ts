import { call } from '../../test/e2e/support/connection.ts';
import { claims, pods } from '../../test/e2e/support/kinds.ts';
import { collection } from '../../test/e2e/support/objects.ts';
import { namespace } from './names.ts';
import { untilLeft, type Watches } from './watches.ts';

/** Takes away what was measured, to the last volume, so that the next measurement begins as this one did. */
export async function removeAll(watches: Watches): Promise<void> {
  await call({ method: 'DELETE', path: collection(pods, namespace) });
  await watches.pods.until('gone', (all) => all.length === 0);
  await call({ method: 'DELETE', path: collection(claims, namespace) });
  await untilLeft(watches, 0);
}
