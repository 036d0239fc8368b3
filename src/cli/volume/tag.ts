import { InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { splitTag } from '../parse-options.ts';
import { formatTags } from './describe-volume.ts';
import { requireVolume } from './require-volume.ts';

/** `tome volume tag NAME k=v k-`: sets tags, and removes those with a dash behind their name. */
export async function tagVolume(
  context: Context,
  name: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const { driver, terminal } = context;
  const { id: volumeId } = await requireVolume(context, name);
  // CSI has no call to remove a mutable parameter: the driver takes an empty value for it.
  const mutableParameters = Object.fromEntries(Object.entries(changes).map(([key, value]) => [`tag.${key}`, value]));
  await driver.controller.controllerModifyVolume({ volumeId, mutableParameters }, { signal: terminal.signal });
  const { tags } = await requireVolume(context, name);
  terminal.print(`volume ${name} has ${formatTags(tags) || 'no tags'}`);
}

/** One argument, laid over those before it. An empty value removes the tag. */
export function tagChange(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (/^[^=]+-$/.test(text)) return { ...before, [text.slice(0, -1)]: '' };
  const [key, value] = splitTag(text);
  if (value === '') throw new InvalidArgumentError(`to remove a tag write ${key}-`);
  return { ...before, [key]: value };
}
