import { connect } from 'node:net';
import { once } from 'node:events';
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { expect } from 'chai';
import fc from 'fast-check';
import { VolumeError } from '../../../src/domain/errors.ts';
import { implement, type Handlers } from '../../../src/csi/server/implement.ts';
import { serveForTest, type Served } from '../../support/serve-for-test.ts';

/** A one-field message: tag, length, content. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

describe('malformed requests', () => {
  let served: Served;
  let client: Client;

  before(async () => {
    served = await serveForTest([implement('csi.v1.GroupController', refusingHandlers())]);
    client = new Client(`unix://${served.socketPath}`, credentials.createInsecure());
  });
  after(async () => {
    client.close();
    await served.stop();
  });

  function send(bytes: Buffer): Promise<{ code: status; details: string }> {
    const path = '/csi.v1.GroupController/CreateVolumeGroupSnapshot';
    const asIs = (raw: Buffer): Buffer => raw;
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, asIs, asIs, bytes, (error: ServiceError | null) => {
        resolve({ code: error?.code ?? status.OK, details: error?.details ?? '' });
      });
    });
  }

  const malformed = {
    'a field that is cut short': Buffer.from([0x0a, 0x10, 0x41]),
    'a varint without end': Buffer.alloc(20, 0xff),
    'an impossible wire type': Buffer.from([0x0f, 0x01]),
    'groups nested a thousand deep': Buffer.alloc(1000, 0x0b),
    'a string that is not UTF-8': field(1, Buffer.from([0xc3, 0x28])),
    'half of a surrogate pair': field(1, Buffer.from([0xed, 0xa0, 0x80])),
    'a NUL in a name': field(1, Buffer.from('a\0b')),
  };
  for (const [what, bytes] of Object.entries(malformed)) {
    it(`answers INVALID_ARGUMENT to ${what}`, async () => {
      expect(await send(bytes)).to.include({ code: status.INVALID_ARGUMENT });
    });
  }

  it('gets a sound request through to the handler', async () => {
    expect(await send(field(1, Buffer.from('größe')))).to.include({ code: status.NOT_FOUND, details: 'größe' });
  });

  it('keeps a key that could change a prototype as a plain key', async () => {
    const entry = Buffer.concat([field(1, Buffer.from('__proto__')), field(2, Buffer.from('x'))]);
    expect(await send(field(4, entry))).to.include({ code: status.NOT_FOUND, details: '__proto__=x' });
  });

  it('answers bytes at random with NOT_FOUND or INVALID_ARGUMENT, never with anything else', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(bytes, async (request) => {
        expect((await send(request)).code).to.be.oneOf([status.NOT_FOUND, status.INVALID_ARGUMENT]);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a message above 4 MiB and goes on', async () => {
    expect(await send(Buffer.alloc(4 * 1024 * 1024 + 1))).to.include({ code: status.RESOURCE_EXHAUSTED });
    expect(await send(field(1, Buffer.from('next')))).to.include({ code: status.NOT_FOUND });
  });

  it('survives a client that does not speak HTTP/2, or stops in the middle', async () => {
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(4096, 0x17),
      Buffer.from('PRI * HTTP/2'),
    ]) {
      const socket = connect(served.socketPath);
      socket.on('error', () => undefined);
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    expect(await send(field(1, Buffer.from('next')))).to.include({ code: status.NOT_FOUND });
  });
});

/** Refuses every group with its own name or parameters, to show what arrived. */
function refusingHandlers(): Handlers<'csi.v1.GroupController'> {
  const refuse = () => Promise.reject(new VolumeError('NotFound', 'none'));
  return {
    groupControllerGetCapabilities: refuse,
    createVolumeGroupSnapshot: ({ name, parameters }) => {
      const pairs = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
      return Promise.reject(new VolumeError('NotFound', name || pairs.join()));
    },
    deleteVolumeGroupSnapshot: refuse,
    getVolumeGroupSnapshot: refuse,
  };
}
