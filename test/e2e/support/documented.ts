import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { settings } from './settings.ts';

const documents = path.join(import.meta.dirname, '../../../docs');

/** The YAML that a page of the documentation has below a heading, with words of it replaced. Throws when one is not in it. */
export function documentedYaml(page: string, heading: string, words: Readonly<Record<string, string>>): string {
  const [, below = ''] = readFileSync(path.join(documents, page), 'utf8').split(`\n${heading}\n`);
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(below) ?? [];
  return Object.entries(words).reduce((text, [word, other]) => {
    if (!text.includes(word)) throw new Error(`${page} has no "${word}" in the YAML below "${heading}"`);
    return text.replaceAll(word, other);
  }, yaml);
}

/** `kubectl apply` of all that is in it. */
export async function apply(yaml: string): Promise<void> {
  const [kubectl, ...options] = settings.kubectl;
  await execa(kubectl, [...options, 'apply', '-f', '-'], { input: yaml });
}
