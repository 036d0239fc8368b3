import { ApiServer, type ApiRequest, type ApiResponse } from '../../src/catalog/kubernetes/api-server.ts';
import type { CredentialSource } from '../../src/catalog/kubernetes/credentials.ts';

/**
 * What a process has of the API server that is killed before its nth write (point 2n), or after it was done and before the
 * answer came (2n + 1): from then on nothing is asked, and nothing comes back.
 */
export class DyingServer extends ApiServer {
  /** Resolves with where it died. */
  readonly died: Promise<string>;
  readonly writes: string[] = [];
  readonly #point: number;
  readonly #die: (where: string) => void;
  #isDead = false;

  constructor(source: CredentialSource, point = Infinity) {
    super(source, 10_000);
    this.#point = point;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.died = promise;
    this.#die = (where) => {
      this.#isDead = true;
      resolve(where);
    };
  }

  override async request(request: ApiRequest): Promise<ApiResponse> {
    const { method, path } = request;
    const step = `${method} ${path}`;
    const index = method === 'GET' ? -1 : this.writes.push(step) - 1;
    if (index >= 0 && this.#point === 2 * index) this.#die(`before ${step}`);
    if (this.isDead()) return await never();
    const answer = await super.request(request);
    if (index >= 0 && this.#point === 2 * index + 1) this.#die(`after ${step}`);
    return this.isDead() ? await never() : answer;
  }

  isDead(): boolean {
    return this.#isDead;
  }
}

async function never<T>(): Promise<T> {
  return await new Promise<T>(() => undefined);
}
