import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { serveHttp, type HttpServer } from '../../src/metrics/http-server.ts';
import { recordingLog } from '../support/serve-for-test.ts';

describe('serveHttp', () => {
  const servers: HttpServer[] = [];
  const { log, lines } = recordingLog();
  const serve = (port = 0) => {
    const pages = {
      '/fine': () => Promise.resolve({ status: 200, body: 'fine\n' }),
      '/broken': () => Promise.reject(new Error('no such luck')),
    };
    const server = serveHttp({ port, address: '127.0.0.1', pages, log });
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('answers its pages, and says what it has for any other', async () => {
    const url = `http://127.0.0.1:${await serve().port}`;
    const fine = await fetch(`${url}/fine?some=query`);
    expect([fine.status, await fine.text()]).to.deep.equal([200, 'fine\n']);
    const missing = await fetch(`${url}/constructor`);
    expect([missing.status, await missing.text()]).to.deep.equal([404, 'there are /fine, /broken\n']);
    expect((await fetch(`${url}/fine`, { method: 'POST' })).status).to.equal(405);
    const broken = await fetch(`${url}/broken`);
    expect([broken.status, await broken.text()]).to.deep.equal([500, 'no such luck\n']);
    expect((await fetch(`${url}/fine`)).status).to.equal(200);
  });

  it('waits for a port that is taken, and says so once', async () => {
    const former = createServer().listen(0, '127.0.0.1');
    await once(former, 'listening');
    const address = former.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const server = serve(port);
    await until(() => lines.some(({ msg }) => msg === 'the port for health and metrics is taken, waiting for it'));
    former.close();
    expect(await server.port).to.equal(port);
    expect((await fetch(`http://127.0.0.1:${port}/fine`)).status).to.equal(200);
  });

  it('ends while it waits for its port', async () => {
    const former = createServer().listen(0, '127.0.0.1');
    await once(former, 'listening');
    const address = former.address();
    const server = serve(typeof address === 'object' && address !== null ? address.port : 0);
    await server.close();
    former.close();
    expect(await server.port.catch((error: unknown) => error)).to.be.instanceOf(Error);
  });

  it('fails at once with an address that is not its own', async () => {
    const server = serveHttp({ port: 0, address: '192.0.2.1', pages: {}, log });
    expect(await server.port.catch((error: unknown) => error)).to.include({ code: 'EADDRNOTAVAIL' });
    await server.close();
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
