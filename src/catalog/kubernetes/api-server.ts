import { isDeepStrictEqual } from 'node:util';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../domain/errors.ts';
import type { Credentials, CredentialSource } from './credentials.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** JSON, unless the caller wants it in another form. */
  readonly accept?: string;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed JSON, or text where it is none. */
  readonly body: unknown;
}

/** There was no answer. `isSent` is false when the server cannot have got the request. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly isSent: boolean;

  constructor(message: string, isSent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isSent = isSent;
  }
}

/** Milliseconds for which a token that was read is used. */
const FRESH_MS = 30_000;

/** Requests at once; more of them wait for a connection, which is sooner there than a new one would be. */
const CONNECTIONS = 16;

/** Milliseconds until an idle connection is closed: before the server does it, so that no request meets its end. */
const IDLE_MS = 30_000;

interface Connection extends Credentials {
  readonly agent: http.Agent;
}

/** HTTP to the API server, over connections that are kept. Any status is an answer; only silence is an error. */
export class ApiServer {
  readonly #source: CredentialSource;
  readonly #timeoutMs: number;
  readonly #running = new Set<http.ClientRequest>();
  #connection: Connection | undefined;
  #freshUntil = 0;
  #isClosed = false;

  constructor(source: CredentialSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws NoAnswerError, also when the answer does not come in time. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#attempt(request);
    if (response.status !== 401) return response;
    // The token may have been replaced since it was read.
    this.#freshUntil = 0;
    return await this.#attempt(request);
  }

  /** An answer that goes on for as long as the server and the caller like. Throws NoAnswerError. */
  async open(request: ApiRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    const connection = await this.#connect();
    const call = this.#start(request, connection, { agent: false, signal });
    try {
      const response = await call.response;
      if (response.statusCode === 401) this.#freshUntil = 0;
      response.once('close', () => this.#running.delete(call.request));
      return response;
    } finally {
      clearTimeout(call.timer);
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends what runs. */
  close(): void {
    this.#isClosed = true;
    for (const request of this.#running) request.destroy(new Error('the catalog is closed'));
    this.#connection?.agent.destroy();
  }

  async #attempt(request: ApiRequest): Promise<ApiResponse> {
    const connection = await this.#connect();
    const call = this.#start(request, connection, { agent: connection.agent });
    try {
      const response = await call.response;
      const status = response.statusCode ?? 0;
      return { status, body: parsed(await text(response)) };
    } catch (error) {
      throw call.silence(error);
    } finally {
      clearTimeout(call.timer);
      this.#running.delete(call.request);
    }
  }

  #start(
    { method, path, body, contentType, accept }: ApiRequest,
    connection: Connection,
    options: https.RequestOptions,
  ) {
    if (this.#isClosed) throw new NoAnswerError('the catalog is closed', false);
    const { server, headers, tls } = connection;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const { request: start } = server.protocol === 'http:' ? http : https;
    const request = start(`${server.href.replace(/\/$/, '')}${path}`, {
      ...withoutUndefined(tls),
      ...options,
      method,
      headers: {
        accept: accept ?? 'application/json',
        'user-agent': 'tome-csi',
        ...(payload && {
          'content-type': contentType ?? 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
        ...headers,
      },
    });
    this.#running.add(request);
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${this.#timeoutMs / 1000} s`));
    }, this.#timeoutMs);

    let isSent = false;
    request.once('socket', (socket) => {
      isSent = !socket.connecting;
      if (socket.connecting)
        socket.once(server.protocol === 'http:' ? 'connect' : 'secureConnect', () => (isSent = true));
    });
    const silence = (error: unknown): NoAnswerError =>
      new NoAnswerError(`no answer from the API server at ${server.host}: ${messageOf(error)}`, isSent, {
        cause: error,
      });
    const response = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', (error) => {
        this.#running.delete(request);
        reject(silence(error));
      });
    });
    request.end(payload);
    return { request, response, timer, silence };
  }

  /** Credentials that are fresh, and the connections made with them. */
  async #connect(): Promise<Connection> {
    if (this.#connection !== undefined && performance.now() < this.#freshUntil) return this.#connection;
    const credentials = await this.#read();
    const before = this.#connection;
    const isSame = before !== undefined && isDeepStrictEqual(before.tls, credentials.tls);
    // What runs on the former connections ends in peace; as they are idle they close.
    const agent = isSame ? before.agent : newAgent(credentials);
    this.#connection = { ...credentials, agent };
    this.#freshUntil = performance.now() + FRESH_MS;
    return this.#connection;
  }

  async #read(): Promise<Credentials> {
    try {
      return await this.#source();
    } catch (error) {
      throw new NoAnswerError(`no credentials for the API server: ${messageOf(error)}`, false, { cause: error });
    }
  }
}

function newAgent({ server }: Credentials): http.Agent {
  const options = { keepAlive: true, maxSockets: CONNECTIONS, timeout: IDLE_MS, scheduling: 'lifo' } as const;
  return server.protocol === 'http:' ? new http.Agent(options) : new https.Agent(options);
}

/** An option that is there and undefined is not the default to all of node's TLS. */
function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
