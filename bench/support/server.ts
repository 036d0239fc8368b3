import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectSocket, type Connection, type ServiceClient } from '../../src/csi/server/client.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/tome.mjs');

export interface BenchServer {
  readonly identity: ServiceClient<'csi.v1.Identity'>;
  readonly controller: ServiceClient<'csi.v1.Controller'>;
  readonly group: ServiceClient<'csi.v1.GroupController'>;
  readonly admin: ServiceClient<'tome.v1.Admin'>;
  readonly node: ServiceClient<'csi.v1.Node'>;
  readonly poolPath: string;
  /** Milliseconds from the start of the process to the answer of its first Probe. */
  readonly msToProbe: number;
  /** Milliseconds of processor time so far. */
  readonly pid: number;
  cpu(): { readonly user: number; readonly sys: number };
  /** Resident memory in MiB. */
  memory(): number;
  stop(): Promise<void>;
}

const POOL_SIZE = '24Gi';

/** Starts the built program on a pool in a file below `directory`; there may be state of an earlier server. */
export async function startServer(directory: string, overcommit = 1): Promise<BenchServer> {
  const stateDir = join(directory, 'state');
  const poolPath = join(stateDir, 'pool');
  const pool = {
    name: 'default',
    path: poolPath,
    backing: { file: join(stateDir, 'pool.img'), size: POOL_SIZE },
    overcommit,
  };
  const config = join(directory, 'config.json');
  await mkdir(stateDir, { recursive: true });
  await writeFile(config, JSON.stringify({ stateDir, logLevel: 'warn', pools: [pool] }));
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []), PROGRAM, 'standalone', '--config', config],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const { connection, identity } = await firstProbe(child, join(stateDir, 'csi.sock'));
  const msToProbe = performance.now() - start;
  return {
    identity,
    controller: connection.service('csi.v1.Controller'),
    group: connection.service('csi.v1.GroupController'),
    admin: connection.service('tome.v1.Admin'),
    node: connection.service('csi.v1.Node'),
    poolPath,
    msToProbe,
    pid: child.pid ?? 0,
    cpu: () => processorTime(child.pid ?? 0),
    memory: () => residentMiB(child.pid ?? 0),
    stop: async () => {
      connection.close();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

interface Probed {
  readonly connection: Connection;
  readonly identity: ServiceClient<'csi.v1.Identity'>;
}

async function firstProbe(child: ChildProcess, socket: string): Promise<Probed> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    // A client of gRPC that finds nobody connects once more after it was closed, and the server would keep each of these.
    if (!(await isAnswered(socket))) {
      await delay(2);
      continue;
    }
    const connection = connectSocket(socket);
    const identity = connection.service('csi.v1.Identity');
    try {
      await identity.probe({}, { timeout: 60_000 });
      return { connection, identity };
    } catch {
      // Not listening yet: a new connection is cheaper than the back-off of the old one.
      connection.close();
      await delay(2);
    }
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** utime and stime of proc(5), in ticks of 10 ms. */
function processorTime(pid: number): { user: number; sys: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { user: Number(fields[11]) * 10, sys: Number(fields[12]) * 10 };
}

function residentMiB(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) / 1024;
}

/** Removes what a run leaves. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
