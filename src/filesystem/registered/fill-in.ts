import { VolumeError } from '../../domain/errors.ts';

/** What stands for a placeholder: `device`, `source`, `arg.NAME` and so on. */
export type Values = Readonly<Record<string, string>>;

/** `{{` is a brace, `{name}` a placeholder; any other opening brace is a mistake. */
const PLACEHOLDER = /\{\{|\{([^{}]*)\}|\{/g;

/**
 * A hook's words with their placeholders filled in: each word stays one, whatever it is filled with. `registration.ts` has
 * checked that a hook has no placeholder but those it can have, so one without a value is a defect.
 */
export function fillIn(words: readonly string[], values: Values): readonly string[] {
  return words.map((word) =>
    word.replace(PLACEHOLDER, (text, name: string | undefined) => {
      if (text === '{{') return '{';
      const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw new VolumeError('Internal', `nothing is known for ${text} in ${word}`);
      return value;
    }),
  );
}

/** What is wrong with the placeholders of a hook's words, in words of their own; undefined when nothing is. */
export function placeholderProblem(words: readonly string[], known: readonly string[]): string | undefined {
  const [program = ''] = words;
  if (placeholdersIn(program).length > 0) return `the program ${program} cannot have placeholders`;
  const unknown = words.flatMap(placeholdersIn).find((name) => name === undefined || !known.includes(name));
  if (unknown === undefined && !words.some((word) => placeholdersIn(word).includes(undefined))) return undefined;
  const given = unknown === undefined ? 'a lone {' : `{${unknown}}`;
  const list = known.map((name) => `{${name}}`).join(' ');
  return `${given} is no placeholder of this hook: it has ${list}, and {{ for a brace`;
}

/** Undefined for an opening brace that begins none. */
function placeholdersIn(word: string): readonly (string | undefined)[] {
  return [...word.matchAll(PLACEHOLDER)].filter(([text]) => text !== '{{').map(([, name]) => name);
}
