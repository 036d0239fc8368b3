import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface KernelModule {
  readonly name: string;
  readonly content: Buffer;
}

/** Debian compresses them from version 13 on. */
const SUFFIX = /\.ko(\.xz)?$/;

/** These modules with all that they need, in the order in which they can be loaded; what is built in is left out. */
export function kernelModules(folder: string, wanted: readonly string[]): readonly KernelModule[] {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => SUFFIX.test(file))
      .map((file) => [nameOf(file), path.join(folder, file)]),
  );
  const ordered = new Map<string, KernelModule>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (file === undefined || ordered.has(name)) return;
    const content = contentOf(file);
    needsOf(content).forEach(add);
    ordered.set(name, { name, content });
  };
  wanted.forEach(add);
  return [...ordered.values()];
}

function nameOf(file: string): string {
  return path.basename(file).replace(SUFFIX, '').replaceAll('-', '_');
}

function contentOf(file: string): Buffer {
  return file.endsWith('.xz') ? execFileSync('xz', ['-dc', file], { maxBuffer: 64 * 1024 * 1024 }) : readFileSync(file);
}

/** As its section .modinfo says. */
function needsOf(content: Buffer): readonly string[] {
  const text = content.toString('latin1');
  const depends = /\0depends=([^\0]*)/.exec(text)?.[1] ?? '';
  const soft = /softdep=pre: ([^\0]*)/.exec(text)?.[1] ?? '';
  return [...depends.split(','), ...soft.split(' ')].filter((name) => name !== '').map((name) => nameOf(name));
}
