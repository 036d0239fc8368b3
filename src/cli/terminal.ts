/** What the commands have of the world outside. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C: what is under way is cancelled. */
  readonly signal: AbortSignal;
  /** Somebody looks on, so that progress is shown in place. */
  readonly isInteractive: boolean;
  /** Lines for stdout: the answer. */
  print(text: string): void;
  /** Lines for stderr: what a person should know beside the answer. */
  note(text: string): void;
  /** Says how far a long step is: in place on a terminal, else a line whenever it changes. Undefined ends it. */
  progress(text: string | undefined): void;
}

/** The terminal of this process. */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    env: process.env,
    cwd: process.cwd(),
    signal,
    isInteractive: process.stderr.isTTY,
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    progress: progressOn(process.stderr),
  };
}

const CLEAR_LINE = '\r\x1b[K';

function progressOn(stream: NodeJS.WriteStream): (text: string | undefined) => void {
  let shown: string | undefined;
  return (text) => {
    if (text === shown) return;
    if (stream.isTTY) stream.write(`${CLEAR_LINE}${text ?? ''}`);
    else if (text !== undefined) stream.write(`${text}\n`);
    shown = text;
  };
}
