import { InvalidArgumentError } from 'commander';
import { splitTag } from '../parse-options.ts';

/** One argument, laid over those before it. An empty value removes the tag. */
export function tagChange(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (/^[^=]+-$/.test(text)) return { ...before, [text.slice(0, -1)]: '' };
  if (!text.includes('=')) throw new InvalidArgumentError(`write ${text}=VALUE to set the tag, ${text}- to remove it`);
  const [key, value] = splitTag(text);
  if (value === '') throw new InvalidArgumentError(`to remove a tag write ${key}-`);
  return { ...before, [key]: value };
}
