import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface KernelModule {
  readonly name: string;
  readonly file: string;
}

/** These modules with all that they need, in the order in which they can be loaded; what is built in is left out. */
export function kernelModules(folder: string, wanted: readonly string[]): readonly KernelModule[] {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [nameOf(file), path.join(folder, file)]),
  );
  const ordered = new Map<string, KernelModule>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (file === undefined || ordered.has(name)) return;
    needsOf(file).forEach(add);
    ordered.set(name, { name, file });
  };
  wanted.forEach(add);
  return [...ordered.values()];
}

function nameOf(file: string): string {
  return path.basename(file, '.ko').replaceAll('-', '_');
}

/** As its section .modinfo says. */
function needsOf(file: string): readonly string[] {
  const text = readFileSync(file).toString('latin1');
  const depends = /\0depends=([^\0]*)/.exec(text)?.[1] ?? '';
  const soft = /softdep=pre: ([^\0]*)/.exec(text)?.[1] ?? '';
  return [...depends.split(','), ...soft.split(' ')].filter((name) => name !== '').map((name) => nameOf(name));
}
