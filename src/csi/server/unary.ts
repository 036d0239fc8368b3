import { status, type handleUnaryCall, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import { checkRequest } from './check-request.ts';
import { MalformedRequest } from './codec.ts';
import type { Method } from './load-services.ts';
import { logRpc, type Rpc } from './log-rpc.ts';
import { withoutSecrets } from './secrets.ts';
import { statusCodes } from './status-codes.ts';

/** What a handler needs to know of its call. */
export interface Call {
  /** Aborted, with a VolumeError as its reason, when the caller gives up or its deadline passes. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch; Infinity when the call has none. */
  readonly deadline: number;
}

export type Handler<Request, Response> = (request: Request, call: Call) => Promise<Response>;

/** A call that has ended. */
export interface FinishedRpc {
  /** As in the proto, such as `csi.v1.Node`. */
  readonly service: string;
  readonly method: string;
  /** The name of its gRPC code. */
  readonly code: string;
  readonly seconds: number;
}

export type ObserveRpc = (rpc: FinishedRpc) => void;

export interface Surroundings {
  readonly service: string;
  readonly log: Logger;
  readonly observe: ObserveRpc | undefined;
}

/**
 * What grpc-js calls for one method: checks the request, runs the handler, translates what it throws and logs one
 * line. A VolumeError is answered with its code; anything else is INTERNAL with its message, and logged with its stack.
 */
export function unary(
  method: Method,
  handler: Handler<never, object>,
  surroundings: Surroundings,
): handleUnaryCall<object, object> {
  return (call, answer) => {
    void respond(method, handler, surroundings, call, answer);
  };
}

async function respond(
  method: Method,
  handler: Handler<never, object>,
  surroundings: Surroundings,
  call: ServerUnaryCall<object, object>,
  answer: sendUnaryData<object>,
): Promise<void> {
  const { request } = call;
  const start = performance.now();
  const cancellation = watchCancellation(call);
  try {
    const response = await run(method, handler, request, { signal: cancellation.signal, deadline: deadlineOf(call) });
    report(surroundings, { method: method.name, request, start });
    answer(null, response);
  } catch (thrown) {
    const error = withoutSecrets(asVolumeError(thrown), method.requestType, request);
    report(surroundings, { method: method.name, request, start, error });
    answer({ code: statusCodes[error.reason], details: error.message });
  } finally {
    cancellation.end();
  }
}

function report({ service, log, observe }: Surroundings, rpc: Rpc): void {
  logRpc(log, rpc);
  if (observe === undefined) return;
  const code = status[rpc.error === undefined ? status.OK : statusCodes[rpc.error.reason]];
  observe({ service, method: rpc.method, code, seconds: (performance.now() - rpc.start) / 1000 });
}

async function run(method: Method, handler: Handler<never, object>, request: object, call: Call): Promise<object> {
  if (request instanceof MalformedRequest) throw new VolumeError('InvalidArgument', request.message);
  checkRequest(method.requestType, request);
  // Decoded as this method's own request type, which the handler was paired with in `implement`.
  return handler(request as never, call);
}

/** grpc-js also calls a call cancelled that was answered: `end` comes before that. */
function watchCancellation(call: ServerUnaryCall<object, object>): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const cancel = () => {
    const isLate = Date.now() >= deadlineOf(call);
    controller.abort(
      isLate
        ? new VolumeError('DeadlineExceeded', 'the deadline of the call has passed; call again to get the result')
        : new VolumeError('Cancelled', 'the caller cancelled the call; call again to get the result'),
    );
  };
  call.on('cancelled', cancel);
  return { signal: controller.signal, end: () => void call.off('cancelled', cancel) };
}

function deadlineOf(call: ServerUnaryCall<object, object>): number {
  const deadline = call.getDeadline();
  return deadline instanceof Date ? deadline.getTime() : deadline;
}

/** A library that was handed the signal may throw an AbortError of its own around its reason. */
function asVolumeError(thrown: unknown): VolumeError {
  if (thrown instanceof VolumeError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError' && thrown.cause instanceof VolumeError)
    return thrown.cause;
  return new VolumeError('Internal', messageOf(thrown), { cause: thrown });
}
