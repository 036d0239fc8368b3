import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { encode, decode } from './codec.ts';
import type { MessagesOf, MethodName } from './method-types.ts';
import { methodsOf, type Method, type ServiceName } from './load-services.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails with DEADLINE_EXCEEDED; without it there is no limit. */
  readonly timeout?: number;
}

/** A promise for every method of a service; it is rejected with grpc-js's ServiceError (`code`, `details`). */
export type ServiceClient<S extends ServiceName> = {
  readonly [M in MethodName<S> as Uncapitalize<M>]: (
    request: MessagesOf<S, M>['request'],
    options?: CallOptions,
  ) => Promise<MessagesOf<S, M>['answer']>;
};

export interface Connection {
  service<S extends ServiceName>(name: S): ServiceClient<S>;
  close(): void;
}

/** Bytes under way before the receiver must say that it goes on: a page of a list in one piece. */
const WINDOW = 1024 * 1024;

/** A connection to the Unix socket; it is made at the first call, and again when it was lost. */
export function connectSocket(socketPath: string): Connection {
  // Lists of many thousand volumes are larger than what a client takes by default.
  const options = {
    'grpc.max_receive_message_length': -1,
    'grpc.enable_channelz': 0,
    // A call that fails is for its caller to repeat; without this each one is kept for a repetition.
    'grpc.enable_retries': 0,
    'grpc-node.flow_control_window': WINDOW,
  };
  const client = new Client(`unix://${socketPath}`, credentials.createInsecure(), options);
  return {
    service: <S extends ServiceName>(name: S) => {
      const calls = methodsOf(name).map((method) => [method.key, callOf(client, method)] as const);
      // Made from the same descriptor as the types.
      return Object.fromEntries(calls) as unknown as ServiceClient<S>;
    },
    close: () => {
      client.close();
    },
  };
}

function callOf(client: Client, { path, requestType, responseType }: Method) {
  return (request: object, { signal, timeout }: CallOptions = {}): Promise<object> =>
    new Promise((resolve, reject) => {
      const call = client.makeUnaryRequest<object, object>(
        path,
        (message) => encode(requestType, message),
        (bytes) => decode(responseType, bytes),
        request,
        timeout === undefined ? {} : { deadline: Date.now() + timeout },
        (error: ServiceError | null, response?: object) => {
          if (error === null) resolve(response ?? {});
          else reject(error);
        },
      );
      signal?.addEventListener('abort', () => {
        call.cancel();
      });
      if (signal?.aborted === true) call.cancel();
    });
}
