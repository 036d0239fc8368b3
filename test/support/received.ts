import { decode, encode } from '../../src/csi/server/codec.ts';
import { methodsOf } from '../../src/csi/server/load-services.ts';
import type { MessagesOf, MethodName } from '../../src/csi/server/method-types.ts';

type Controller = 'csi.v1.Controller';

/** A request to the controller as its handler gets it: what was left out is filled in. */
export function received<M extends MethodName<Controller>>(
  name: M,
  request: MessagesOf<Controller, M>['request'] & object,
): MessagesOf<Controller, M>['received'] {
  const method = methodsOf('csi.v1.Controller').find((candidate) => candidate.name === name);
  if (method === undefined) throw new Error(`the controller has no ${name}`);
  // Decoded as this method's own request type.
  return decode(method.requestType, encode(method.requestType, request));
}
