import { chmod } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials, type ServerOptions, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Service } from './implement.ts';
import { grpcDefinition, methodsOf } from './load-services.ts';
import { prepareSocketPlace, type SocketPlace } from './socket-place.ts';
import { unary, type ObserveRpc } from './unary.ts';

export interface ServeOptions extends SocketPlace {
  readonly services: readonly Service[];
  /** Told of every call that has ended. */
  readonly observe?: ObserveRpc | undefined;
}

export interface RunningServer {
  /** Takes no new calls and waits up to 5 s for those under way, then drops them. Safe to repeat. */
  close(): Promise<void>;
}

/** A request that keeps to the specification's limits is far below this; how many run at once is not limited. */
const OPTIONS: ServerOptions = { 'grpc.max_receive_message_length': 4 * 1024 * 1024, 'grpc.enable_channelz': 0 };

const CLOSE_LIMIT_MS = 5000;

/**
 * Serves on a Unix socket that only its owner can use. A socket left by a server that is gone is replaced; one where
 * another server answers is refused, or waited for when `waiting` is given. Throws as `prepareSocketPlace`.
 */
export async function serveSocket(options: ServeOptions): Promise<RunningServer> {
  const absolute = await prepareSocketPlace(options);
  const server = new Server(OPTIONS);
  for (const service of options.services) {
    server.addService(grpcDefinition(service.name), implementation(service, options));
  }
  await bind(server, absolute);
  return { close: () => close(server) };
}

function implementation(service: Service, { log, observe }: ServeOptions): UntypedServiceImplementation {
  const surroundings = { service: service.name, log, observe };
  const calls = methodsOf(service.name).flatMap((method) => {
    const handler = service.handlers.get(method.key);
    return handler === undefined ? [] : [[method.name, unary(method, handler, surroundings)] as const];
  });
  return Object.fromEntries(calls);
}

async function bind(server: Server, socketPath: string): Promise<void> {
  // Without it the socket would be open to others for the moment before chmod.
  const umask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix://${socketPath}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  } finally {
    process.umask(umask);
  }
  await chmod(socketPath, 0o600);
}

async function close(server: Server): Promise<void> {
  const done = new AbortController();
  const finished = new Promise<void>((resolve) => {
    server.tryShutdown(() => {
      resolve();
    });
  });
  const limit = delay(CLOSE_LIMIT_MS, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
  await Promise.race([finished, limit]);
  done.abort();
  server.forceShutdown();
}
