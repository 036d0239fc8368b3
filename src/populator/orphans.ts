import type { Logger } from 'pino';
import { ConflictError } from '../catalog/catalog.ts';
import { claims, pods, secrets } from '../catalog/kubernetes/apis.ts';
import { messageOf } from '../domain/errors.ts';
import { MADE_FOR, uidInPrime } from '../domain/prime-claim.ts';
import type { Cluster } from './deps.ts';
import { claimSchema, IMPORTS, isOpen, type Claim } from './objects.ts';
import { FINALIZER } from './settings.ts';
import { tidyUp } from './steps.ts';

/**
 * Takes away the claims of ours that nobody waits for: theirs went without waiting for us, as one does whose finalizer
 * somebody has taken off, or has got its volume from another replica while this one made more. `hasImports`: pods and Secrets may be touched.
 */
export async function removeOrphans(
  all: readonly Claim[],
  deps: Cluster,
  hasImports: boolean,
  log: Logger,
): Promise<void> {
  const open = new Set(all.filter(isOpen).map(({ metadata }) => metadata.uid));
  for (const prime of all) {
    const { name, namespace, deletionTimestamp } = prime.metadata;
    const uid = namespace === deps.settings.namespace ? uidInPrime(name) : undefined;
    if (uid === undefined || deletionTimestamp !== undefined || open.has(uid)) continue;
    try {
      if (await isWanted(prime, uid, deps)) continue;
      const place = { namespace, name };
      const others = hasImports && name.startsWith('import-') ? [pods, secrets] : [];
      for (const api of others) await deps.client.remove({ ...place, api });
      await deps.client.remove({ ...place, api: claims });
    } catch (error) {
      log.warn({ claim: name, error: messageOf(error) }, 'what nobody waits for cannot be taken away now');
    }
  }
}

/** Lets go, where imports have been switched off, of claims that are bound or deleted; a pod that still fills one ends first. */
export async function letGoOfImports(claims: readonly Claim[], deps: Cluster, log: Logger): Promise<void> {
  for (const claim of claims) {
    const { name, finalizers, deletionTimestamp } = claim.metadata;
    const isDone = deletionTimestamp !== undefined || claim.spec.volumeName !== undefined;
    if (claim.spec.dataSourceRef?.kind !== IMPORTS || !isDone || !finalizers.includes(FINALIZER)) continue;
    try {
      await tidyUp(claim, deps);
    } catch (error) {
      if (!(error instanceof ConflictError)) log.warn({ claim: name, error: messageOf(error) }, 'cannot let go of it');
    }
  }
}

/** Asks the API server: the list may be late. One that was made by no populator is none of ours. */
async function isWanted({ metadata }: Claim, uid: string, { client }: Cluster): Promise<boolean> {
  const [namespace, name] = metadata.annotations[MADE_FOR]?.split('/') ?? [];
  if (namespace === undefined || name === undefined) return true;
  const found = await client.find({ api: claims, namespace, name }, claimSchema);
  return found?.metadata.uid === uid && isOpen(found);
}
