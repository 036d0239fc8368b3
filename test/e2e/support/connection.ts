import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import * as z from 'zod';

export const kubeConfig = new KubeConfig();
kubeConfig.loadFromDefault();

/** The API server refused. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Of a service account that asks, in place of the one who runs the tests. */
  readonly token?: string;
}

/** One request to the API server; its answer as JSON. Throws Refusal when it says no. */
export async function call(options: Call): Promise<unknown> {
  return JSON.parse(await callForText(options));
}

export async function callForText(options: Call): Promise<string> {
  return text(await open(options));
}

/** The answer as it comes: a watch's never ends by itself. */
export async function open({
  method,
  path,
  body,
  contentType = 'application/json',
  accept = 'application/json',
  signal,
  token,
}: Call): Promise<IncomingMessage> {
  const url = new URL(path, kubeConfig.getCurrentCluster()?.server);
  const content = body === undefined ? '' : JSON.stringify(body);
  // Node tells no length of a DELETE's by itself.
  const headers = { accept, 'content-type': contentType, 'content-length': Buffer.byteLength(content) };
  const options: RequestOptions = { method, headers, ...(signal && { signal }) };
  await kubeConfig.applyToHTTPSOptions(options);
  if (token !== undefined) {
    delete options.cert;
    delete options.key;
    options.headers = { ...headers, authorization: `Bearer ${token}` };
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, options, resolve);
    sent.on('error', reject);
    sent.end(content);
  });
  const { statusCode = 0 } = response;
  if (statusCode < 300) return response;
  throw new Refusal(statusCode, `${method} ${path}: ${statusCode} ${messageIn(await text(response))}`);
}

const statusSchema = z.object({ message: z.string() });

function messageIn(body: string): string {
  try {
    return statusSchema.parse(JSON.parse(body)).message;
  } catch {
    return body;
  }
}
