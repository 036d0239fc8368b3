import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../domain/errors.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

export interface HttpOptions {
  /** 0 for one that is free. */
  readonly port: number;
  /** Undefined means all addresses. */
  readonly address: string | undefined;
  /** What is answered to a GET of each path. */
  readonly pages: Readonly<Record<string, () => Promise<Answer>>>;
  readonly log: Logger;
}

export interface HttpServer {
  /** Resolves with the port, once it listens. */
  readonly port: Promise<number>;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

/**
 * Answers over HTTP. A port that is taken, as by a node's former driver that just ends, is waited for: nothing else that
 * the driver does depends on it. What else keeps it from listening rejects `port`.
 */
export function serveHttp({ port, address, pages, log }: HttpOptions): HttpServer {
  const stopping = new AbortController();
  const server = createServer(listener(pages, log));
  const listening = listen(server, { port, host: address }, log, stopping.signal);
  return {
    port: listening,
    close: async () => {
      stopping.abort();
      await listening.catch(() => undefined);
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(
  server: Server,
  where: { port: number; host: string | undefined },
  log: Logger,
  signal: AbortSignal,
): Promise<number> {
  for (let isWaiting = false; ; isWaiting = true) {
    try {
      return await listenNow(server, where);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (!isWaiting) log.warn(where, 'the port for health and metrics is taken, waiting for it');
      await delay(RETRY_MS, undefined, { signal, ref: false });
    }
  }
}

function listenNow(server: Server, where: { port: number; host: string | undefined }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : where.port);
    });
  });
}

function listener(pages: HttpOptions['pages'], log: Logger): RequestListener {
  return ({ method, url = '' }, response) => {
    const page = new Map(Object.entries(pages)).get(url.split('?')[0] ?? '');
    const answered =
      page === undefined ? notFound(pages) : method === 'GET' || method === 'HEAD' ? page() : notAllowed();
    answered
      .catch((error: unknown): Answer => {
        log.error({ url, err: error }, 'an HTTP request failed');
        return { status: 500, body: `${messageOf(error)}\n` };
      })
      .then(
        ({ status, body, type = 'text/plain; charset=utf-8' }) => {
          response.writeHead(status, { 'content-type': type }).end(method === 'HEAD' ? '' : body);
        },
        () => undefined,
      );
  };
}

function notFound(pages: HttpOptions['pages']): Promise<Answer> {
  return Promise.resolve({ status: 404, body: `there are ${Object.keys(pages).join(', ')}\n` });
}

function notAllowed(): Promise<Answer> {
  return Promise.resolve({ status: 405, body: 'only GET\n' });
}
