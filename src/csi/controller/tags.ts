import { VolumeError } from '../../domain/errors.ts';

export type Tags = Readonly<Record<string, string>>;

/** A parameter `tag.team` is the tag `team`. */
export const tagPrefix = 'tag.';

const TAG_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_./]{0,61}[A-Za-z0-9])?$/;
const MAX_VALUE_LENGTH = 256;
const MAX_TAGS = 64;

/** Takes the tags out of parameters. Throws InvalidArgument for a name or value that cannot be a tag's. */
export function parseTags(parameters: Readonly<Record<string, string>>): {
  tags: Tags;
  others: Record<string, string>;
} {
  const tags: [string, string][] = [];
  const others: [string, string][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    if (!key.startsWith(tagPrefix)) others.push([key, value]);
    else tags.push([checkedName(key.slice(tagPrefix.length)), checkedValue(key, value)]);
  }
  return { tags: Object.fromEntries(tags), others: Object.fromEntries(others) };
}

/** The tags with changes laid over them; an empty value removes a tag. Throws InvalidArgument when they get too many. */
export function mergeTags(tags: Tags, changes: Tags): Record<string, string> {
  const merged = Object.entries({ ...tags, ...changes }).filter(([, value]) => value !== '');
  if (merged.length > MAX_TAGS) {
    throw new VolumeError('InvalidArgument', `a volume can have ${MAX_TAGS} tags, not ${merged.length}: remove some`);
  }
  return Object.fromEntries(merged);
}

function checkedName(name: string): string {
  if (TAG_NAME.test(name)) return name;
  const rule = 'up to 63 letters, digits, dashes, dots, slashes and underscores, with a letter or digit at both ends';
  throw new VolumeError('InvalidArgument', `a tag's name is ${rule}`);
}

function checkedValue(key: string, value: string): string {
  if (value.length <= MAX_VALUE_LENGTH) return value;
  throw new VolumeError('InvalidArgument', `the value of ${key} is longer than ${MAX_VALUE_LENGTH} characters`);
}
