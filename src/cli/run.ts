import { callErrorOf, readable } from './call-error.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { Ids } from './ids.ts';
import { socketPath } from './socket.ts';
import type { Terminal } from './terminal.ts';
import { inWordsOfCommands } from './words.ts';

/** Turns a command into an action for commander. */
export type Run = <Arguments extends unknown[]>(
  command: (context: Context, ...args: Arguments) => Promise<void>,
) => (...args: Arguments) => Promise<void>;

/**
 * Runs commands over one connection each. What is thrown is a CliError where the driver refused. The client is loaded
 * only now: help and usage errors do without gRPC.
 */
export function runner(terminal: Terminal, socketOption: () => string | undefined): Run {
  return (command) =>
    async (...args) => {
      const { connectDriver } = await import('./client.ts');
      const { env, cwd } = terminal;
      const socket = socketPath({ option: socketOption(), env, cwd });
      const driver = await connectDriver(socket);
      const ids = new Ids();
      try {
        await command({ terminal, driver, ids, socket }, ...args);
      } catch (error) {
        throw withNames(readable(error), ids);
      } finally {
        terminal.progress(undefined);
        driver.close();
      }
    };
}

function withNames(error: unknown, ids: Ids): unknown {
  if (!(error instanceof CliError)) return error;
  const message = callErrorOf(error.cause) !== undefined ? inWordsOfCommands(error.message) : error.message;
  return new CliError(ids.named(message), error.hint, { cause: error.cause, leaves: error.leaves });
}
