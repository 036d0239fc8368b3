/** Why something was refused or failed; `csi/server/status-codes.ts` maps each to one gRPC code. */
export const reasons = [
  'Cancelled',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Unavailable',
  'Internal',
  'DataLoss',
] as const;

export type Reason = (typeof reasons)[number];

/** An error that a caller can act on: the message says what is wrong and what to do, and holds no secret. */
export class VolumeError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VolumeError';
    this.reason = reason;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
