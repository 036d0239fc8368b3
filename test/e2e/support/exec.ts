import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { kubeConfig } from './connection.ts';

export interface Container {
  readonly namespace: string;
  readonly pod: string;
  /** The pod's only one when it is left out. */
  readonly container?: string;
}

/** A command did not end with 0. */
export class CommandFailure extends Error {}

/** Runs a shell command in a container, as `kubectl exec` does; what it wrote to stdout, without the last newline. */
export async function run({ namespace, pod, container = '' }: Container, command: string): Promise<string> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = Promise.all([text(stdout), text(stderr)]);
  const status = await statusOf(namespace, pod, container, ['sh', '-c', command], stdout, stderr);
  const [out, err] = await output;
  if (status.status === 'Success') return out.trimEnd();
  throw new CommandFailure(`${command} in ${namespace}/${pod}: ${status.message ?? ''} ${err.trim()}`);
}

/** Ends what a container runs. The command that does it may be killed along. */
export async function killContainer(container: Container): Promise<void> {
  try {
    await run(container, 'kill 1');
  } catch (error) {
    if (!(error instanceof CommandFailure && error.message.includes('exit code 137'))) throw error;
  }
}

async function statusOf(
  namespace: string,
  pod: string,
  container: string,
  command: string[],
  stdout: PassThrough,
  stderr: PassThrough,
): Promise<V1Status> {
  const ended = Promise.withResolvers<V1Status>();
  // The types of its WebSocket are not installed.
  const socket: unknown = await new Exec(kubeConfig).exec(
    namespace,
    pod,
    container,
    command,
    stdout,
    stderr,
    null,
    false,
    (status) => {
      ended.resolve(status);
    },
  );
  (socket as EventTarget).addEventListener('close', () => {
    stdout.end();
    stderr.end();
    ended.reject(new Error(`the connection to ${namespace}/${pod} ended before the command did: ${command.join(' ')}`));
  });
  return ended.promise;
}
