import { status } from '@grpc/grpc-js';

export interface Refusal {
  /** The code's name, such as NOT_FOUND. */
  readonly code: string;
  readonly message: string;
}

/** How a call was refused; fails when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (typeof outcome !== 'object' || outcome === null) throw new Error('the call was not refused');
  const code: unknown = Reflect.get(outcome, 'code');
  if (typeof code !== 'number') throw outcome instanceof Error ? outcome : new Error('not a gRPC status');
  return { code: status[code] ?? String(code), message: String(Reflect.get(outcome, 'details')) };
}
