/** Ends a command: the message says in one line what is wrong, the hint what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string | undefined;
  /** Whether something stays behind that should not: that is told after Ctrl-C, too. */
  readonly leaves: boolean;

  constructor(message: string, hint?: string, options: ErrorOptions & { readonly leaves?: boolean } = {}) {
    super(message, options);
    this.hint = hint;
    this.leaves = options.leaves ?? false;
  }
}
