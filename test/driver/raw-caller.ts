import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { encode } from '../../src/csi/server/codec.ts';
import type { Method } from '../../src/csi/server/load-services.ts';
import { anyRequest, type Words } from './any-request.ts';

export interface Answer {
  /** The code's name. */
  readonly code: string;
  readonly details: string;
}

export interface RawRequest {
  readonly message: object;
  readonly bytes: Buffer;
}

/** How long any call may take before it counts as lost. */
const DEADLINE_MS = 60_000;

/** Sends bytes as they are over one connection. */
export class RawCaller {
  readonly #client: Client;

  constructor(socketPath: string) {
    this.#client = new Client(`unix://${socketPath}`, credentials.createInsecure(), { 'grpc.enable_channelz': 0 });
  }

  call({ path }: Method, { bytes }: RawRequest): Promise<Answer> {
    const asIs = (raw: Buffer): Buffer => raw;
    return new Promise((resolve) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      this.#client.makeUnaryRequest(path, asIs, asIs, bytes, options, (error: ServiceError | null) => {
        resolve({ code: status[error?.code ?? status.OK], details: error?.details ?? '' });
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** Requests for a method; of some of them one byte is changed on the way. */
export function rawRequests({ requestType }: Method, words: Words): fc.Arbitrary<RawRequest> {
  const hit = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  const damage = fc.oneof({ weight: 19, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hit });
  return fc.tuple(anyRequest(requestType, words), damage).map(([message, hit]) => {
    const bytes = encode(requestType, message);
    if (hit !== undefined && bytes.length > 0) bytes[hit.at % bytes.length] = hit.byte;
    return { message, bytes };
  });
}
