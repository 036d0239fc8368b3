import type { MessagesOf, MethodName } from './method-types.ts';
import type { ServiceName } from './load-services.ts';
import type { Handler } from './unary.ts';

/** A function for every method of a service, named as the method in lower camel case. */
export type Handlers<S extends ServiceName> = {
  readonly [M in MethodName<S> as Uncapitalize<M>]: Handler<
    MessagesOf<S, M>['received'],
    MessagesOf<S, M>['response'] & object
  >;
};

/** Through this map a literal's parameters get their types; through `Handlers<S>` alone they do not. */
type HandlersByService = { readonly [S in ServiceName]: Handlers<S> };

export interface Service {
  readonly name: ServiceName;
  readonly handlers: ReadonlyMap<string, Handler<never, object>>;
}

/** Pairs a service with its handlers; leaving one out does not compile. */
export function implement<S extends ServiceName>(name: S, handlers: HandlersByService[S]): Service {
  // Every property is such a function; TypeScript cannot see it while S is open.
  const functions = handlers as unknown as Readonly<Record<string, Handler<never, object>>>;
  return { name, handlers: new Map(Object.entries(functions)) };
}
