import { VolumeError } from '../domain/errors.ts';

/** One option of a mkfs that may be given, always with a value in a word of its own. */
export interface MkfsOption {
  readonly option: string;
  /** Pattern of the whole value, or of each of its items; shown to people as it is. */
  readonly value: string;
  /** The value is a list of items with commas between them. */
  readonly list?: true;
}

/**
 * Checks the words of `mkfsOptions` against what a filesystem allows: known options only, each once, each with a value
 * that fits. The words go to a program that runs as root, so whatever is not listed is InvalidArgument.
 */
export function checkMkfsOptions(
  filesystem: string,
  allowed: readonly MkfsOption[],
  words: readonly string[],
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? '';
    const value = words[index + 1];
    const entry = allowed.find(({ option }) => option === word);
    if (entry === undefined) throw refusal(filesystem, allowed, `${quote(word)} is not allowed`);
    if (value === undefined) throw refusal(filesystem, allowed, `${word} needs a value after it`);
    if (given.has(word)) throw refusal(filesystem, allowed, `${word} is given twice`);
    if (!pattern(entry).test(value)) throw refusal(filesystem, allowed, `${word} cannot be ${quote(value)}`);
    given.set(word, value);
  }
  return given;
}

function pattern({ value, list }: MkfsOption): RegExp {
  return new RegExp(list ? `^(?:${value})(?:,(?:${value}))*$` : `^(?:${value})$`);
}

function refusal(filesystem: string, allowed: readonly MkfsOption[], problem: string): VolumeError {
  const options = allowed.map(({ option, value, list }) => `${option} ${value}${list ? ' [,...]' : ''}`);
  return new VolumeError(
    'InvalidArgument',
    `mkfsOptions for ${filesystem}: ${problem}; allowed are ${options.join('; ')}`,
  );
}

/** Quoted and escaped, so that a message stays one readable line whatever it quotes. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
