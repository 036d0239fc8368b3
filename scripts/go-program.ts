import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

const SMALL = ['-ldflags', '-s -w'];
const environment = { ...process.env, CGO_ENABLED: '0' };

/** Builds a module of others, `path@version`, unless the program is there already. */
export function installModule(module: string, program: string): void {
  unlessThere(program, () => {
    go(['install', ...SMALL, module], { env: { ...environment, GOBIN: path.dirname(program) } });
  });
}

/** Builds the module whose sources are in this folder, unless the program is there already. */
export function buildSources(sources: string, program: string): void {
  unlessThere(program, () => {
    mkdirSync(path.dirname(program), { recursive: true });
    go(['build', '-mod=readonly', ...SMALL, '-o', `${program}.new`, '.'], { cwd: sources, env: environment });
    renameSync(`${program}.new`, program);
  });
}

function unlessThere(program: string, build: () => void): void {
  if (existsSync(program)) return;
  requireGo();
  console.log(`Building ${path.basename(program)} ...`);
  build();
}

/** From 1.21 on, Go fetches the toolchain that a module asks for by itself. */
function requireGo(): void {
  const found = /go1\.(\d+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }));
  if (Number(found?.[1]) >= 21) return;
  throw new Error(`tests need Go 1.21 or newer, and here is ${found?.[0] ?? 'another'}; install it and retry`);
}

function go(args: readonly string[], options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string }): void {
  execFileSync('go', args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
}
