import { CliError } from './cli-error.ts';

/** The status codes of gRPC, each at its number. Written out so that help and usage errors need not load gRPC. */
const codes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export type Code = (typeof codes)[number];

export interface CallError {
  readonly code: Code;
  /** The driver's message. */
  readonly details: string;
}

const GENERAL_HINTS: Readonly<Partial<Record<Code, string>>> = {
  RESOURCE_EXHAUSTED: 'see what is left: tome pool ls, tome quota ls',
  UNAVAILABLE: 'try again; if it stays so, look at tome pool ls and at the log of the driver',
  UNIMPLEMENTED: 'the driver is of another version than this command',
  INTERNAL: 'more is in the log of the driver',
  UNKNOWN: 'more is in the log of the driver',
  DATA_LOSS: 'see what is wrong: tome volume ls, tome pool ls',
};

/** What a call failed with; undefined for anything else that was thrown. */
export function callErrorOf(error: unknown): CallError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('details' in error)) return undefined;
  const code = typeof error.code === 'number' ? codes[error.code] : undefined;
  return typeof error.details === 'string' ? { code: code ?? 'UNKNOWN', details: error.details } : undefined;
}

/** What to do; from the driver's message where one code is answered for several reasons. */
export type Advice = string | ((details: string) => string);

/** For `catch`: adds what to do when a call fails with one of these codes. Throws anything else as it came. */
export function hint(hints: Readonly<Partial<Record<Code, Advice>>>): (error: unknown) => never {
  return (error) => {
    const failed = callErrorOf(error);
    const given = failed && hints[failed.code];
    if (failed === undefined || given === undefined) throw error;
    const advice = typeof given === 'function' ? given(failed.details) : given;
    throw new CliError(failed.details, advice, { cause: error });
  };
}

/** A failed call as people read it: the driver's message, never the code. Other errors unchanged. */
export function readable(error: unknown): unknown {
  const failed = callErrorOf(error);
  return failed ? new CliError(failed.details, GENERAL_HINTS[failed.code], { cause: error }) : error;
}
