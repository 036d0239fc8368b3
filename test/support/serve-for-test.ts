import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino, type Logger } from 'pino';
import { connectSocket, type Connection } from '../../src/csi/server/client.ts';
import type { Service } from '../../src/csi/server/implement.ts';
import { serveSocket, type RunningServer } from '../../src/csi/server/serve.ts';

export interface Served {
  readonly socketPath: string;
  readonly connection: Connection;
  readonly server: RunningServer;
  /** Every line logged so far. */
  readonly lines: readonly Record<string, unknown>[];
  stop(): Promise<void>;
}

/** A real server on a socket of its own, a client of it, and what it logs. */
export async function serveForTest(services: readonly Service[]): Promise<Served> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tome-serve-'));
  const socketPath = path.join(directory, 'csi.sock');
  const { log, lines } = recordingLog();
  const server = await serveSocket({ socketPath, services, log });
  const connection = connectSocket(socketPath);
  const stop = async (): Promise<void> => {
    connection.close();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { socketPath, connection, server, lines, stop };
}

export function recordingLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { log: pino({ level: 'trace', base: null }, { write }), lines };
}
