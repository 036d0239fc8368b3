import protobuf from 'protobufjs/light.js';
import { VolumeError } from '../../domain/errors.ts';

/** CSI 1.13, "Size Limits": bytes of a string and of a map, unless the field says otherwise. */
const STRING_LIMIT = 128;
const MAP_LIMIT = 4096;
/** PATH_MAX: the specification asks for as long a path as the operating system takes. */
const PATH_LIMIT = 4096;
/** All flags of one mount together. */
const MOUNT_FLAGS_LIMIT = 4096;

/**
 * Throws InvalidArgument, naming the field, for a string or map that is longer than the specification allows or that
 * no path or name could hold. Ids and tokens may have any length: one that is not ours names nothing. So may an error,
 * which is the kubelet's to word.
 */
export function checkRequest(type: protobuf.Type, message: object, prefix = ''): void {
  for (const field of type.fieldsArray) {
    const value: unknown = Reflect.get(message, field.name);
    if (value === null || value === undefined) continue;
    const name = prefix + snakeCase(field.name);
    if (field instanceof protobuf.MapField) checkMap(name, value);
    else if (field.repeated) checkRepeated(field, name, value);
    else checkValue(field, name, value);
  }
}

function checkRepeated(field: protobuf.Field, name: string, values: unknown): void {
  if (!Array.isArray(values)) return;
  values.forEach((value, index) => {
    checkValue(field, `${name}[${index}]`, value);
  });
  const texts = values.filter((value) => typeof value === 'string');
  if (field.name === 'mountFlags') checkLength(name, texts.join(''), MOUNT_FLAGS_LIMIT);
}

function checkValue(field: protobuf.Field, name: string, value: unknown): void {
  if (typeof value === 'string' && field.type === 'string') {
    checkText(name, value);
    checkLength(name, value, limitOf(field.name));
  } else if (typeof value === 'object' && value !== null && field.resolve().resolvedType instanceof protobuf.Type) {
    checkRequest(field.resolvedType as protobuf.Type, value, `${name}.`);
  }
}

function checkMap(name: string, map: object): void {
  const entries = Object.entries(map).flat().map(String);
  for (const text of entries) checkText(name, text);
  checkLength(name, entries.join(''), MAP_LIMIT);
}

/** Protobuf strings are UTF-8 already; a NUL would end a path early. */
function checkText(name: string, text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new VolumeError('InvalidArgument', `${name} must be text without NUL characters`);
  }
}

function checkLength(name: string, text: string, limit: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > limit)
    throw new VolumeError('InvalidArgument', `${name} is ${bytes} bytes long; at most ${limit} are allowed`);
}

function limitOf(fieldName: string): number {
  if (/Ids?$|Token$|^(mountFlags|error)$/.test(fieldName)) return Infinity;
  return fieldName.endsWith('Path') ? PATH_LIMIT : STRING_LIMIT;
}

const spelled = new Map<string, string>();

/** As the proto spells it. */
function snakeCase(name: string): string {
  const known = spelled.get(name) ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  spelled.set(name, known);
  return known;
}
