import fc from 'fast-check';
import protobuf from 'protobufjs/light.js';
import { topologyKey } from '../../src/domain/topology.ts';
import { MiB } from '../../src/domain/sizes.ts';

/** What requests that are nearly good are made of, and the paths that no request may get at. */
export interface Words {
  readonly volumeIds: readonly string[];
  readonly snapshotIds: readonly string[];
  readonly groupIds: readonly string[];
  /** The snapshots of the first group. */
  readonly memberIds: readonly string[];
  readonly templateIds: readonly string[];
  readonly stagingPaths: readonly string[];
  readonly targetPaths: readonly string[];
  readonly forbiddenPaths: readonly string[];
}

/**
 * Requests of a message type: most are good but for a field or two, the others are made of what goes wrong elsewhere.
 * Every field can be missing.
 */
export function anyRequest(type: protobuf.Type, words: Words): fc.Arbitrary<object> {
  return fc.oneof(
    { weight: 1, arbitrary: anyMessage(type, words, { good: 24, bad: 1 }) },
    { weight: 1, arbitrary: anyMessage(type, words, { good: 1, bad: 2 }) },
  );
}

interface Weights {
  readonly good: number;
  readonly bad: number;
}

function anyMessage(type: protobuf.Type, words: Words, weights: Weights): fc.Arbitrary<object> {
  const fields = type.fieldsArray.map((field) => [field.name, anyField(field.resolve(), words, weights)] as const);
  const choices = type.oneofsArray.filter(({ fieldsArray }) => fieldsArray.length > 1);
  const all = fc.record(Object.fromEntries(fields));
  if (choices.length === 0) return all;
  // Usually one of each oneof; else none or several.
  return fc.tuple(all, fc.nat()).map(([message, pick]) => {
    const members = choices.flatMap((oneof) => oneof.fieldsArray.map(({ name }) => name));
    if (pick % 13 === 0) return message;
    const kept = pick % 17 === 0 ? undefined : members[pick % 3 === 0 ? pick % members.length : members.length - 1];
    return Object.fromEntries(Object.entries(message).filter(([name]) => name === kept || !members.includes(name)));
  });
}

function anyField(field: protobuf.Field, words: Words, weights: Weights): fc.Arbitrary<unknown> {
  const good = goodValue(field, words, weights);
  const bad = fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: badValue(field, words) },
  );
  return fc.oneof({ weight: weights.good, arbitrary: good }, { weight: weights.bad, arbitrary: bad });
}

function goodValue(field: protobuf.Field, words: Words, weights: Weights): fc.Arbitrary<unknown> {
  if (field instanceof protobuf.MapField) return fc.constantFrom(...(goodMaps[field.name] ?? [{}]));
  const one = goodElement(field, words, weights);
  if (field.name === 'snapshotIds') return fc.constant(words.memberIds);
  if (field.name === 'volumes') return fc.constantFrom([], ['fs'], ['fs', 'block']);
  if (field.name === 'mountFlags') return fc.constantFrom([], [], ['noatime'], ['ro']);
  if (field.repeated) return fc.array(one, { minLength: 1, maxLength: 2 });
  const isRare = ['volumeContentSource', 'accessibilityRequirements', 'accessibleTopology'].includes(field.name);
  return isRare ? fc.option(one, { freq: 1, nil: undefined }) : one;
}

function goodElement(field: protobuf.Field, words: Words, weights: Weights): fc.Arbitrary<unknown> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) return anyMessage(resolvedType, words, weights);
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(1, 2, 6, 7, 7, 7);
  if (field.type === 'bool') return fc.boolean();
  if (field.type === 'int32') return fc.nat(3);
  if (field.type === 'int64')
    return fc.constantFrom(...(field.name === 'limitBytes' ? [0, 0, 1024 * MiB] : [16 * MiB, 20 * MiB, 0]));
  // Its rule for names is its own.
  const ofSchedule = field.name === 'name' && field.parent?.name.includes('Schedule') === true;
  return fc.constantFrom(...(ofSchedule ? ['one', 'two', 'three', 'a-4'] : goodTexts(field.name, words)));
}

function goodTexts(name: string, words: Words): readonly string[] {
  if (name === 'name') return ['one', 'two', 'three', 'größe', 'ж'.repeat(64), 'x'.repeat(128), '../..', 'a/b'];
  if (/volumeIds?$/i.test(name)) return words.volumeIds;
  if (/groupSnapshotIds?$/i.test(name)) return words.groupIds;
  if (/snapshotIds?$/i.test(name)) return words.snapshotIds;
  if (name === 'templateId') return words.templateIds;
  if (name === 'nodeId') return ['node-1'];
  if (name === 'targetPath') return words.targetPaths;
  if (name === 'stagingTargetPath') return words.stagingPaths;
  if (name === 'volumePath') return [...words.targetPaths, ...words.stagingPaths];
  if (name === 'fsType') return ['', '', 'ext4'];
  if (name === 'pool') return ['', 'default'];
  // Rarely enough to come while this goes on.
  if (name === 'schedule') return ['@yearly', '0 3 29 2 *'];
  if (name === 'timeZone') return ['UTC', 'Europe/Berlin'];
  if (name === 'keepFor') return ['', '12h', '30d'];
  if (name === 'time') return ['2026-11-21T03:00:00Z', '2026-11-22'];
  return [''];
}

const goodMaps: Readonly<Record<string, readonly Record<string, string>[]>> = {
  parameters: [{}, {}, { fsType: 'ext4' }, { provisioning: 'thick' }, { exclusive: 'true' }, { 'tag.team': 'blue' }],
  mutableParameters: [{}, {}, { 'tag.team': 'red' }, { provisioning: 'thick' }, { exclusive: 'false' }],
  changes: [{}, { 'tag.team': 'red' }, { deleteLock: 'true' }, { deleteLock: 'false' }],
  tags: [{}, {}, { team: 'blue' }],
  marks: [{}, {}, { 'tag.team': 'blue' }, { deleteLock: 'true' }],
  publishContext: [{}, { readOnly: 'true' }],
  secrets: [{}, { password: 'secret' }],
  segments: [{ [topologyKey]: 'node-1' }],
};

function badValue(field: protobuf.Field, words: Words): fc.Arbitrary<unknown> {
  if (field instanceof protobuf.MapField) return badMap;
  const one = badElement(field, words);
  if (!field.repeated) return one;
  const many = one.map((value) => new Array<unknown>(field.type === 'string' ? 500 : 20).fill(value));
  return fc.oneof({ weight: 9, arbitrary: fc.array(one, { maxLength: 3 }) }, { weight: 1, arbitrary: many });
}

function badElement(field: protobuf.Field, words: Words): fc.Arbitrary<unknown> {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type) {
    return fc.oneof(fc.constant({}), anyMessage(resolvedType, words, { good: 1, bad: 2 }));
  }
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(0, 3, 4, 5, 99, -1, 2 ** 31 - 1);
  if (field.type === 'bool') return fc.boolean();
  if (field.type === 'int32') return fc.oneof(fc.constantFrom(-1, 0, 2 ** 31 - 1, -(2 ** 31)), fc.maxSafeInteger());
  if (field.type === 'int64') return badSize;
  const { volumeIds, snapshotIds, groupIds, forbiddenPaths, stagingPaths } = words;
  const paths = fc.constantFrom(...forbiddenPaths, ...stagingPaths.flatMap(spoiltPaths));
  if (/path$/i.test(field.name)) return fc.oneof({ weight: 2, arbitrary: paths }, { weight: 1, arbitrary: badText });
  const foreign = fc.constantFrom(...volumeIds, ...snapshotIds, ...groupIds);
  return fc.oneof(
    { weight: 3, arbitrary: badText },
    { weight: 1, arbitrary: foreign },
    { weight: 1, arbitrary: paths },
  );
}

const badSize = fc.oneof(
  fc.constantFrom('-1', '1', '4095', '4097', '9223372036854775807', '-9223372036854775808', '9007199254740993'),
  fc.constantFrom(...[0, MiB, 8 * MiB + 1, 300 * MiB, 1 << 30].map(String)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);

const badText = fc.oneof(
  fc.constantFrom('', ' ', '.', '..', '/', '../../etc/passwd', 'a\0b', '\ufeff', '\u202e', 'e\u0301', '\ud800', '%s%n'),
  fc.constantFrom('x'.repeat(129), 'ж'.repeat(65), 'x'.repeat(5000), '💾'.repeat(40), "';--", '$(id)', '-rf', '*'),
  fc.constantFrom(`vol-${'0'.repeat(32)}`, `snap-${'f'.repeat(32)}`, `vol-${'0'.repeat(31)}/`, 'vol-../../x'),
  fc.constantFrom(
    'xfs',
    'btrfs',
    'ext4,ro',
    'ntfs',
    'node-2',
    'default',
    '__proto__',
    'constructor',
    'remount',
    'bind',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const badMap = fc.oneof(
  fc.array(fc.tuple(badText, badText), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  fc.constantFrom<Record<string, string>>(
    { fsType: 'ntfs' },
    { fsType: 'xfs' },
    { 'csi.storage.k8s.io/fstype': 'btrfs', fsType: 'ext4' },
    { mkfsOptions: '-E root_owner=0:0 -d /etc' },
    { mkfsOptions: '; touch /tmp/x' },
    { provisioning: 'fat' },
    { exclusive: 'maybe' },
    { pool: '../..' },
    { uuid: 'x' },
    { size: '1' },
    Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`tag.t${index}`, 'x'])),
    { 'tag.long': 'x'.repeat(4096) },
    { [topologyKey]: 'elsewhere' },
    { [topologyKey]: 'node-1', zone: 'a' },
  ),
);

function spoiltPaths(path: string): string[] {
  const relative = path.slice(1);
  return [
    `${path}/`,
    `/${path}`,
    path.replaceAll('/', '//'),
    `${path}/.`,
    `${path}/../x`,
    relative,
    `${path}\0`,
    `${path}/a/b`,
  ];
}
