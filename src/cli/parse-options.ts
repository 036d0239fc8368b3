import { InvalidArgumentError } from 'commander';
import { messageOf } from '../domain/errors.ts';
import { parseSize } from '../domain/sizes.ts';

/** Bytes of an option or argument such as `10Gi`. A usage error for what is no size, or no size of anything. */
export function sizeArgument(text: string): number {
  const bytes = parsedSize(text);
  if (bytes === 0) throw new InvalidArgumentError('a size must be more than 0');
  return bytes;
}

function parsedSize(text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** Bytes of a limit, which may be none at all. */
export function limitArgument(text: string): number {
  return parsedSize(text);
}

/** How many of something there may be. A usage error for what is no number. */
export function amountArgument(text: string): number {
  if (/^(0|[1-9]\d{0,9})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a number');
}

/** The number of a user or group. A usage error for what is none. */
export function idArgument(text: string): number {
  if (/^(0|[1-9]\d{0,9})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a number, as `id -u` prints it');
}

/** How many of something. A usage error for what is no number from 1 on. */
export function countArgument(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a number from 1 on');
}

/** Collects `--tag key=value`, given any number of times. */
export function tagOption(text: string, tags: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [key, value] = splitTag(text);
  return { ...tags, [key]: value };
}

/** The two sides of `key=value`. */
export function splitTag(text: string): readonly [key: string, value: string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('write key=value');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** The parts of `noatime,discard`; may be given several times. */
export function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}
