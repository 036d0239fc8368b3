import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test puts into a registry. */
export interface TestLayer {
  readonly bytes: Buffer;
  readonly mediaType?: string;
}

export interface ImageRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Gives the image a tag, and returns its digest. */
  push(tag: string, layers: readonly TestLayer[]): string;
  /** A list of images, by their digests. */
  pushIndex(tag: string, manifests: readonly { digest: string; architecture: string }[]): string;
  /** What is given for a digest, also what is not of it. */
  readonly stored: Map<string, Buffer>;
  /** `user:password`, with which its token service gives a token; nobody is asked when undefined. */
  account: string | undefined;
  /** Where it says that tokens are given. */
  realm: string;
  /** Whether the account is taken at the registry itself. */
  isBasic: boolean;
  readonly asked: string[];
  close(): Promise<void>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What of a registry reads images, in the repository `team/app` (OCI distribution-spec, pull). */
export async function imageRegistry(): Promise<ImageRegistry> {
  const tags = new Map<string, string>();
  const http = createServer((request, response) => {
    answer(request, response, registry, tags);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const stored = new Map<string, Buffer>();
  const put = (tag: string, content: object): string => {
    const bytes = Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    stored.set(digest, bytes);
    tags.set(tag, digest);
    return digest;
  };
  const registry: ImageRegistry = {
    host,
    push(tag, layers) {
      for (const { bytes } of layers) stored.set(digestOf(bytes), bytes);
      const described = layers.map(({ bytes, mediaType = LAYER }) => ({
        mediaType,
        digest: digestOf(bytes),
        size: bytes.length,
      }));
      return put(tag, { schemaVersion: 2, mediaType: MANIFEST, layers: described });
    },
    pushIndex: (tag, manifests) =>
      put(tag, {
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: manifests.map(({ digest, architecture }) => ({
          mediaType: MANIFEST,
          digest,
          size: 0,
          platform: { os: 'linux', architecture },
        })),
      }),
    stored,
    account: undefined,
    realm: `http://${host}/token`,
    isBasic: false,
    asked: [],
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return registry;
}

const TOKEN = 'for-a-while';

function answer(
  { url = '', headers: { authorization, accept } }: IncomingMessage,
  response: ServerResponse,
  registry: ImageRegistry,
  tags: ReadonlyMap<string, string>,
): void {
  registry.asked.push(url);
  const { account, isBasic } = registry;
  const basic = account === undefined ? undefined : `Basic ${Buffer.from(account).toString('base64')}`;
  if (url === '/token?service=test&scope=repository%3Ateam%2Fapp%3Apull') {
    if (authorization === basic) response.end(JSON.stringify({ token: TOKEN }));
    else refuse(response, 401);
    return;
  }
  const wanted = isBasic ? basic : `Bearer ${TOKEN}`;
  if (account !== undefined && authorization !== wanted) {
    const challenge = isBasic ? 'Basic realm="test"' : `Bearer realm="${registry.realm}",service="test"`;
    return void response.writeHead(401, { 'www-authenticate': challenge }).end();
  }
  if (url === '/v2/') return void response.end('{}');
  const [, kind, reference = ''] = /^\/v2\/team\/app\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
  const bytes = registry.stored.get(tags.get(reference) ?? reference);
  // It has manifests in other forms, too, for who asks for none of these.
  if (bytes === undefined || (kind === 'manifests' && accept?.includes(MANIFEST) !== true)) {
    refuse(response, 404);
    return;
  }
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
