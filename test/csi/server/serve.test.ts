import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { connectSocket } from '../../../src/csi/server/client.ts';
import type { Service } from '../../../src/csi/server/implement.ts';
import { serveSocket } from '../../../src/csi/server/serve.ts';
import { adminService } from '../../support/admin-service.ts';
import { recordingLog } from '../../support/serve-for-test.ts';

describe('serveSocket', () => {
  let directory: string;
  const { log } = recordingLog();

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tome-serve-'));
  });
  after(() => rm(directory, { recursive: true }));

  const admin = (listPools = () => Promise.resolve({})): Service => adminService({ listPools });

  it('makes the directory, lets only the owner in, and takes the socket away when closed', async () => {
    const socketPath = path.join(directory, 'deep/er/csi.sock');
    const server = await serveSocket({ socketPath, services: [admin()], log });
    const { mode } = await stat(socketPath);
    expect(mode & 0o777).to.equal(0o600);
    await server.close();
    await server.close();
    const missing: unknown = await stat(socketPath).catch((error: unknown) => error);
    expect(missing).to.include({ code: 'ENOENT' });
  });

  it('replaces the socket of a server that is gone', async () => {
    const socketPath = path.join(directory, 'stale.sock');
    const listen = `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => console.log('up'))`;
    const gone = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(gone.stdout, 'data');
    gone.kill('SIGKILL');
    await once(gone, 'exit');
    expect((await stat(socketPath)).isSocket()).to.equal(true);

    const server = await serveSocket({ socketPath, services: [admin()], log });
    const connection = connectSocket(socketPath);
    expect(await connection.service('tome.v1.Admin').listPools({})).to.deep.equal({ pools: [] });
    connection.close();
    await server.close();
  });

  it('refuses a path where another server answers, which goes on', async () => {
    const socketPath = path.join(directory, 'taken.sock');
    const first = await serveSocket({ socketPath, services: [admin()], log });
    const refusal: unknown = await serveSocket({ socketPath, services: [admin()], log }).catch((e: unknown) => e);
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(String(refusal)).to.contain('another server answers');
    const connection = connectSocket(socketPath);
    await connection.service('tome.v1.Admin').listPools({});
    connection.close();
    await first.close();
  });

  it('refuses a path that is a file, and leaves it', async () => {
    const socketPath = path.join(directory, 'notes.txt');
    await writeFile(socketPath, 'mine');
    const refusal: unknown = await serveSocket({ socketPath, services: [], log }).catch((error: unknown) => error);
    expect(refusal).to.include({ reason: 'FailedPrecondition' });
    expect(await readFile(socketPath, 'utf8')).to.equal('mine');
  });

  it('refuses a path that is too long for a socket', async () => {
    const socketPath = path.join(directory, 'x'.repeat(110));
    const refusal: unknown = await serveSocket({ socketPath, services: [], log }).catch((error: unknown) => error);
    expect(refusal).to.include({ reason: 'InvalidArgument' });
  });

  it('lets calls under way finish before it closes', async () => {
    const socketPath = path.join(directory, 'graceful.sock');
    const events = new EventEmitter();
    const listPools = async () => {
      events.emit('started');
      await once(events, 'finish');
      return { pools: [{ name: 'default' }] };
    };
    const server = await serveSocket({ socketPath, services: [admin(listPools)], log });
    const connection = connectSocket(socketPath);
    const started = once(events, 'started');
    const answer = connection.service('tome.v1.Admin').listPools({});
    await started;
    const closed = server.close();
    events.emit('finish');
    expect((await answer).pools[0]?.name).to.equal('default');
    await closed;
    connection.close();
  });
});
