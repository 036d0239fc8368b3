/** Builds csi-sanity from its Go module into `.cache/`, unless that version is there already. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { csiSanityBinary, csiSanityModule } from '../test/support/csi-sanity.ts';

if (!existsSync(csiSanityBinary)) {
  requireGo();
  console.log(`Building ${csiSanityModule} ...`);
  const env = { ...process.env, GOBIN: path.dirname(csiSanityBinary), CGO_ENABLED: '0' };
  execFileSync('go', ['install', csiSanityModule], { env, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** From 1.21 on, Go fetches the toolchain that a module asks for by itself. */
function requireGo(): void {
  const found = /go1\.(\d+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }));
  if (Number(found?.[1]) >= 21) return;
  throw new Error(`csi-sanity needs Go 1.21 or newer, and here is ${found?.[0] ?? 'another'}; install it and retry`);
}
