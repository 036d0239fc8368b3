import { claims } from '../catalog/kubernetes/apis.ts';
import { ObjectWatch, type ObjectWatchOptions } from '../catalog/kubernetes/object-watch.ts';
import { uidInPrime } from '../domain/prime-claim.ts';
import { claimSchema, isPopulated, type Claim } from './objects.ts';

export interface ClaimWatchOptions extends Pick<ObjectWatchOptions<Claim>, 'server' | 'log' | 'watchSeconds'> {
  /** The driver's. */
  readonly namespace: string;
}

/** The claims that name something of ours, of all namespaces. May be late, never for good. */
export class ClaimWatch {
  readonly #watch: ObjectWatch<Claim>;
  readonly #found = new Map<string, Claim>();
  #changed: () => void = () => undefined;

  constructor({ namespace, ...options }: ClaimWatchOptions) {
    this.#watch = new ObjectWatch({
      ...options,
      api: claims,
      read: (object) => {
        const claim = claimSchema.parse(object);
        return isOurs(claim, namespace) ? claim : undefined;
      },
      listed: (all) => {
        this.#found.clear();
        for (const claim of all) this.#found.set(claim.metadata.uid, claim);
        this.#changed();
      },
      changed: (claim, isDeleted) => {
        if (isDeleted) this.#found.delete(claim.metadata.uid);
        else this.#found.set(claim.metadata.uid, claim);
        this.#changed();
      },
    });
  }

  /** `changed` is called for each change of such a claim, or of one that the driver has made for such a claim. */
  start(changed: () => void): void {
    this.#changed = changed;
    this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  /** With those that the driver has made for such claims. */
  list(): readonly Claim[] {
    return [...this.#found.values()];
  }
}

function isOurs(claim: Claim, own: string): boolean {
  const { name, namespace } = claim.metadata;
  return isPopulated(claim) || (namespace === own && uidInPrime(name) !== undefined);
}
