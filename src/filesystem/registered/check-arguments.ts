import { VolumeError } from '../../domain/errors.ts';

/** What the operator lets a StorageClass choose: a pattern that the whole value must match, and what it is by default. */
export type DeclaredArguments = Readonly<
  Record<string, { readonly pattern: string; readonly default?: string | undefined }>
>;

/**
 * The arguments of a volume, with the defaults of those that are not given. Throws InvalidArgument for one that is not
 * declared, is missing, or does not match its pattern.
 */
export function checkArguments(
  filesystem: string,
  declared: DeclaredArguments,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) {
    const names = Object.keys(declared);
    const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new VolumeError('InvalidArgument', `filesystem ${filesystem} has no argument ${unknown}: ${has}`);
  }
  const values = Object.entries(declared).map(([name, { pattern, default: usual }]) => {
    const value = given[name] ?? usual;
    if (value === undefined) {
      const message = `filesystem ${filesystem} needs the argument ${name}: give arg.${name}, matching ${pattern}`;
      throw new VolumeError('InvalidArgument', message);
    }
    if (!matches(pattern, value)) {
      const message = `argument ${name} of filesystem ${filesystem} cannot be ${JSON.stringify(value.slice(0, 64))}: it must match ${pattern}`;
      throw new VolumeError('InvalidArgument', message);
    }
    return [name, value];
  });
  return Object.fromEntries(values) as Record<string, string>;
}

/** What is wrong with the operator's declaration of an argument; undefined when nothing is. */
export function declarationProblem({ pattern, default: usual }: DeclaredArguments[string]): string | undefined {
  try {
    if (matches(pattern, usual ?? '') || usual === undefined) return undefined;
    return `its default ${JSON.stringify(usual)} does not match ${pattern}`;
  } catch {
    return `${pattern} is not a regular expression`;
  }
}

/** Control characters are never part of a value, whatever the pattern lets pass: no program could be given a NUL. */
function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`, 'u').test(value) && !/\p{Cc}/u.test(value);
}
