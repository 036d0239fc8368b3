import type { MethodDefinition } from '@grpc/proto-loader';
import type { ServiceDefinitions, ServiceName } from './load-services.ts';

/** The definition of every method of a service; the generated interface has an index signature around them. */
type Methods<S extends ServiceName> = {
  [
    M in keyof ServiceDefinitions[S] as string extends M ? never : number extends M ? never : M
  ]: ServiceDefinitions[S][M];
};

export type MethodName<S extends ServiceName> = keyof Methods<S> & string;

type Messages<Definition> =
  Definition extends MethodDefinition<infer Request, infer Response, infer Received, infer Answer>
    ? { request: Request; response: Response; received: Received; answer: Answer }
    : never;

/**
 * The messages of one method: `request` as a client sends it and `response` as a handler returns it, where any field
 * may be left out; `received` and `answer` as they arrive, with all fields there.
 */
export type MessagesOf<S extends ServiceName, M extends MethodName<S>> = Messages<Methods<S>[M]>;
