import { appliesTo } from '../../../domain/quota.ts';
import { NodeTurns } from '../node-turns.ts';
import { claimsOf, type Claim, type Made } from './claim.ts';
import { QuotaBook, type BookOptions, type Share } from './quota-book.ts';

/** What was claimed for an attempt. One whose end nobody knows is left as it is: the next counts find out. */
export interface Held {
  /** What was asked for is there. */
  kept(): void;
  /** It has failed, and nothing of it can come to be any more. What cannot be given back now is given back later. */
  giveBack(): Promise<void>;
}

const nothingHeld: Held = { kept: () => undefined, giveBack: () => Promise.resolve() };

/**
 * Keeps what is made and grown within the quotas. It is claimed first, in one compare-and-swap of each quota that applies,
 * so that callers and processes that race cannot pass a limit together.
 */
export class Quotas {
  readonly #options: BookOptions;
  readonly #book: QuotaBook;
  /** By quota: callers of one process need not lose rounds to each other. */
  readonly #turns = new NodeTurns();
  readonly #owed = new Set<Share>();

  constructor(options: BookOptions) {
    this.#options = options;
    this.#book = new QuotaBook(options);
  }

  /**
   * Claims what a resource of this spec counts for; `uuid` is the attempt's, where that is not the resource's own. Throws
   * ResourceExhausted; then nothing is claimed. Without quotas it costs one look at what is known of them.
   */
  async hold(id: string, spec: Made['spec'], uuid?: string): Promise<Held> {
    const since = performance.now();
    const quotas = await this.#options.catalog.quotas.list();
    if (quotas.length === 0) return nothingHeld;
    const claims = await claimsOf(id, spec, this.#options);
    const attempts = uuid === undefined ? claims : claims.map((claim): Claim => ({ ...claim, uuid }));
    const held: Share[] = [];
    const giveBack = async (): Promise<void> => {
      for (const share of held) await this.#giveBack(share);
    };
    try {
      for (const quota of quotas) {
        const own = attempts.filter(({ belonging }) => appliesTo(quota.spec, belonging));
        if (own.length === 0) continue;
        const share = { quotaId: quota.id, claims: own };
        await this.#turns.run(quota.id, () => this.#book.take(share, since));
        held.push(share);
      }
    } catch (error) {
      await giveBack();
      throw error;
    }
    const kept = (): void => {
      for (const share of held) this.#book.end(share);
    };
    return { kept, giveBack };
  }

  /** To be called now and then: gives back what is still owed, and counts anew where what is shown may be wrong. */
  async look(): Promise<void> {
    for (const share of this.#owed) await this.#return(share);
    await this.#book.countAnew();
  }

  async #giveBack(share: Share): Promise<void> {
    this.#owed.add(share);
    // Until the next look the quota only counts too much, and why the attempt failed matters more.
    await this.#return(share).catch(() => undefined);
  }

  async #return(share: Share): Promise<void> {
    await this.#turns.run(share.quotaId, () => this.#book.takeBack(share));
    this.#owed.delete(share);
  }
}
