import * as z from 'zod';
import { claims } from '../../../catalog/kubernetes/apis.ts';
import type { ObjectClient } from '../../../catalog/kubernetes/object-client.ts';
import { messageOf } from '../../../domain/errors.ts';
import type { EventRecorder } from '../../../domain/event.ts';
import { CLONE_OF, MADE_FOR, uidInPrime } from '../../../domain/prime-claim.ts';

/** What a claim in the driver's namespace was made for. */
export interface Origin {
  /** The claim that a person has made, `namespace/name`. */
  readonly claim: string;
  readonly uid: string;
  /** Name of the template that the volume is to be a clone of. */
  readonly template?: string | undefined;
}

/** `gone`: nobody can say any more what it was for. */
export type PrimeClaim =
  { readonly kind: 'other' } | { readonly kind: 'gone' } | { readonly kind: 'prime'; readonly origin: Origin };

export interface PrimeClaimsOptions {
  readonly objects: ObjectClient;
  /** The driver's: claims of this name that people make elsewhere are theirs. */
  readonly namespace: string;
  readonly events: EventRecorder;
}

const claimSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
});

/** The claims for which volumes are made that other claims get in the end: whose those are. */
export class PrimeClaims {
  readonly #options: PrimeClaimsOptions;

  constructor(options: PrimeClaimsOptions) {
    this.#options = options;
  }

  /** Asks the API server, for our own names alone. Throws Unavailable. */
  async find(namespace: string | undefined, name: string | undefined): Promise<PrimeClaim> {
    const { objects, namespace: own } = this.#options;
    const uid = name === undefined || namespace !== own ? undefined : uidInPrime(name);
    if (name === undefined || uid === undefined) return { kind: 'other' };
    const found = await objects.find({ api: claims, namespace: own, name }, claimSchema);
    if (found === undefined) return { kind: 'gone' };
    const { [MADE_FOR]: claim, [CLONE_OF]: template } = found.metadata.annotations;
    return claim === undefined ? { kind: 'other' } : { kind: 'prime', origin: { claim, uid, template } };
  }

  /** On the claim of the person: what is said of ours, nobody else sees. */
  tell({ claim, uid }: Origin, error: unknown): void {
    const about = { kind: 'Volume', id: claim, claim, claimUid: uid } as const;
    this.#options.events.record({ about, type: 'Warning', reason: 'ProvisioningFailed', message: messageOf(error) });
  }
}
