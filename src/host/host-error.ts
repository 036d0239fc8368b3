/** A system call or tool that failed. `code` is the errno's name, or `EXIT` for a tool. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether something thrown is a HostError with one of these codes. */
export function isHostError(error: unknown, ...codes: readonly string[]): error is HostError {
  return error instanceof HostError && codes.includes(error.code);
}
