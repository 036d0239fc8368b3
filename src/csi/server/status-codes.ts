import { status } from '@grpc/grpc-js';
import type { Reason } from '../../domain/errors.ts';

/** The gRPC code of each reason. UNKNOWN is left out on purpose: it is never answered. */
export const statusCodes: Readonly<Record<Reason, status>> = {
  Cancelled: status.CANCELLED,
  InvalidArgument: status.INVALID_ARGUMENT,
  DeadlineExceeded: status.DEADLINE_EXCEEDED,
  NotFound: status.NOT_FOUND,
  AlreadyExists: status.ALREADY_EXISTS,
  ResourceExhausted: status.RESOURCE_EXHAUSTED,
  FailedPrecondition: status.FAILED_PRECONDITION,
  Aborted: status.ABORTED,
  OutOfRange: status.OUT_OF_RANGE,
  Unimplemented: status.UNIMPLEMENTED,
  Unavailable: status.UNAVAILABLE,
  Internal: status.INTERNAL,
  DataLoss: status.DATA_LOSS,
};
