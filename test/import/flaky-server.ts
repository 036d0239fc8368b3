import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface FlakyServer {
  readonly origin: string;
  content: Buffer;
  /** Undefined for a server that gives none. */
  etag: string | undefined;
  /** Bytes after which each of the next connections breaks. */
  readonly breaks: number[];
  /** Whether a connection counts for `breaks`. */
  breaksNow: () => boolean;
  /** What is answered to the next requests, in place of the file. */
  readonly refusals: number[];
  /** Called when a connection has broken. */
  onBreak: () => void;
  /** Sends nothing more, in place of breaking. */
  stalls: boolean;
  ignoresRanges: boolean;
  /** Sends a part of whatever is there, though If-Range asks for a part of one file alone. */
  ignoresConditions: boolean;
  password: string | undefined;
  /** Of all requests so far: method, range. */
  readonly asked: { readonly range: string | undefined; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** A server of one file, which breaks when it is told to. */
export async function flakyServer(content: Buffer): Promise<FlakyServer> {
  const http = createServer((request, response) => {
    answer(request, response, server);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: FlakyServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    content,
    etag: '"one"',
    breaks: [],
    breaksNow: () => true,
    refusals: [],
    onBreak: () => undefined,
    stalls: false,
    ignoresRanges: false,
    ignoresConditions: false,
    password: undefined,
    asked: [],
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, server: FlakyServer): void {
  const { range, authorization, 'if-range': condition } = request.headers;
  server.asked.push({ range, authorization });
  const refused = server.refusals.shift();
  if (refused !== undefined) return void response.writeHead(refused).end();
  if (server.password !== undefined && authorization !== server.password) return void response.writeHead(401).end();
  if (request.url?.startsWith('/elsewhere/') === true) {
    return void response.writeHead(302, { location: request.url.slice('/elsewhere'.length) }).end();
  }
  const { content, etag } = server;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const isMeant = condition === undefined || condition === etag || server.ignoresConditions;
  const isPart = start > 0 && !server.ignoresRanges && isMeant;
  const tag = etag === undefined ? {} : { etag };
  if (isPart && start >= content.length) {
    return void response.writeHead(416, { ...tag, 'content-range': `bytes */${content.length}` }).end();
  }
  const body = isPart ? content.subarray(start) : content;
  const place = `bytes ${start}-${content.length - 1}/${content.length}`;
  const headers = { ...tag, 'content-length': body.length, ...(isPart && { 'content-range': place }) };
  response.writeHead(isPart ? 206 : 200, headers);
  const limit = server.breaksNow() ? server.breaks.shift() : undefined;
  if (limit === undefined || limit >= body.length) return void response.end(body);
  response.write(body.subarray(0, limit), () => {
    // Once it is on its way.
    setTimeout(() => {
      // Whoever asked has ended it before: nothing is left to break.
      if (request.socket.destroyed) return;
      if (!server.stalls) request.socket.destroy();
      server.onBreak();
    }, 50);
  });
}
