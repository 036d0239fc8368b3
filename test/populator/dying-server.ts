import { ApiServer, type ApiRequest, type ApiResponse } from '../../src/catalog/kubernetes/api-server.ts';

/** Dies with its n-th request that changes something: before it, or once that is done. */
export class DyingServer extends ApiServer {
  #left = Infinity;
  #isDone = false;
  #isDead = false;

  dieAt(n: number, isDone: boolean): void {
    this.#left = n;
    this.#isDone = isDone;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  override async request(request: ApiRequest): Promise<ApiResponse> {
    if (this.#isDead) throw new Error('dead');
    if (request.method === 'GET') return await super.request(request);
    this.#left -= 1;
    if (this.#left > 0) return await super.request(request);
    if (this.#isDone) await super.request(request);
    this.#isDead = true;
    throw new Error('dead');
  }
}
