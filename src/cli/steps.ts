import { messageOf } from '../domain/errors.ts';
import { callErrorOf } from './call-error.ts';
import { CliError } from './cli-error.ts';

export interface Step {
  readonly what: string;
  readonly run: () => Promise<unknown>;
  /** How to take it back; absent when it was in place before, and has to stay. */
  readonly undo?: (() => Promise<unknown>) | undefined;
}

/**
 * Runs the steps in order. When one fails, those before it are taken back, in the opposite order, and its error is
 * thrown. A step cut short by Ctrl-C may have been done all the same, and is taken back too. The taking back ends at the
 * first thing that cannot be, since what came before is still needed then; the error says so, with `advice`.
 */
export async function runSteps(steps: readonly Step[], signal: AbortSignal, advice: string): Promise<void> {
  const done: Step[] = [];
  for (const step of steps) {
    try {
      await step.run();
      done.push(step);
    } catch (error) {
      if (signal.aborted) done.push(step);
      await takeBack(done, error, advice);
      throw error;
    }
  }
}

async function takeBack(done: readonly Step[], cause: unknown, advice: string): Promise<void> {
  for (const { what, undo } of done.toReversed()) {
    try {
      await undo?.();
    } catch (error) {
      const message = callErrorOf(cause)?.details ?? messageOf(cause);
      const left = callErrorOf(error)?.details ?? messageOf(error);
      throw new CliError(`${message}; and "${what}" could not be undone: ${left}`, advice, { cause, leaves: true });
    }
  }
}
