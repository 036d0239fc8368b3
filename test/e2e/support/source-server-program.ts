/**
 * Runs in a pod, by the Node of the driver's image: an HTTP server of files to import, and of a git repository. Of what is
 * below /held/ it sends half, and the rest when there is a file in /srv/go with its name; what is below /private/ it gives to
 * one account alone. Each request is a line in /srv/asked.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createGunzip, zstdCompressSync } from 'node:zlib';

const ACCOUNT = `Basic ${Buffer.from('me:secret word').toString('base64')}`;
const MIB = 1024 ** 2;

process.chdir('/srv');
makeFiles();
makeRepository();
createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error));
}).listen(8080);

function makeFiles(): void {
  for (const directory of ['go', 'tree/below']) mkdirSync(directory, { recursive: true });
  writeFileSync('model.bin', randomBytes(16 * MIB));
  writeFileSync('tree/below/text', 'hello\n');
  writeFileSync('tree/data', randomBytes(4 * MIB));
  run('tar', '-cf', 'all.tar', '-C', 'tree', '.');
  run('gzip', '--keep', 'all.tar');
  run('xz', '--keep', 'all.tar');
  writeFileSync('all.tar.zst', zstdCompressSync(readFileSync('all.tar')));
  // Too much for a volume: as it is, and once it is unpacked.
  writeFileSync('large', '');
  truncateSync('large', 128 * MIB);
  run('tar', '-czf', 'large.tgz', 'large');
}

function makeRepository(): void {
  run('git', 'init', '--quiet', '--initial-branch=main', 'code');
  for (const text of ['one', 'two', 'three']) {
    writeFileSync('code/text', text);
    run('git', '-C', 'code', 'add', '.');
    run('git', '-C', 'code', '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', text);
    if (text === 'one') run('git', '-C', 'code', 'tag', 'v1.0');
    if (text === 'two') run('git', '-C', 'code', 'branch', 'stable');
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { env: { ...process.env, HOME: '/srv' }, stdio: 'inherit' });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '', 'http://here');
  const { range = '', authorization } = request.headers;
  appendFileSync('asked', `${pathname} ${range}\n`);
  if (pathname.startsWith('/private/') && authorization !== ACCOUNT) return void response.writeHead(401).end();
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  if (pathname.endsWith('/info/refs')) advertise(response);
  else if (name === 'git-upload-pack') uploadPack(request, response);
  else if (existsSync(name)) await sendFile(name, pathname.startsWith('/held/'), request, response);
  else response.writeHead(404).end();
}

async function sendFile(
  name: string,
  isHeld: boolean,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const content = readFileSync(name);
  const etag = `"${name}"`;
  const isPart = headers.range !== undefined && headers['if-range'] === etag;
  const start = isPart ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]) : 0;
  const place = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(isPart ? 206 : 200, {
    etag,
    'content-length': content.length - start,
    ...(isPart && { 'content-range': place }),
  });
  const half = isHeld ? Math.max(start, content.length / 2) : start;
  response.write(content.subarray(start, half));
  while (isHeld && !existsSync(`go/${name}`) && !response.destroyed) await delay(100);
  response.end(content.subarray(half));
}

/** git's smart HTTP protocol, version 0 (gitprotocol-http). */
function advertise(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
  response.write('001e# service=git-upload-pack\n0000');
  upload('--advertise-refs').stdout.pipe(response);
}

function uploadPack(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
  const git = upload();
  const isPacked = request.headers['content-encoding'] === 'gzip';
  (isPacked ? request.pipe(createGunzip()) : request).pipe(git.stdin);
  git.stdout.pipe(response);
}

function upload(...options: readonly string[]) {
  return spawn('git', ['upload-pack', '--stateless-rpc', ...options, 'code'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
