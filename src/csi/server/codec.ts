import { isUtf8 } from 'node:buffer';
import protobuf from 'protobufjs/light.js';
import { messageOf } from '../../domain/errors.ts';

/** What stands in for a request that is not protobuf of its type, so that the call can answer INVALID_ARGUMENT. */
export class MalformedRequest {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Plain objects, as the generated types describe them: all fields there, 64-bit integers and enums as strings. */
const AS_GENERATED: protobuf.IConversionOptions = { longs: String, enums: String, defaults: true, oneofs: true };

export function encode(type: protobuf.Type, message: object): Buffer {
  const converted = hasEnums(type) ? type.fromObject(message) : message;
  const { buffer, byteOffset, byteLength } = type.encode(converted).finish();
  return Buffer.from(buffer, byteOffset, byteLength);
}

const known = new Map<protobuf.Type, boolean>();

/** Only names of enums must be converted before a message is encoded: without them, long lists are spared a copy. */
function hasEnums(type: protobuf.Type): boolean {
  const seen = known.get(type);
  if (seen !== undefined) return seen;
  // A type within itself adds nothing to what its other fields say.
  known.set(type, false);
  const found = type.fieldsArray.some((field) => {
    const { resolvedType } = field.resolve();
    return resolvedType instanceof protobuf.Type ? hasEnums(resolvedType) : resolvedType !== null;
  });
  known.set(type, found);
  return found;
}

/** What a server has sent. */
export function decode(type: protobuf.Type, bytes: Buffer): object {
  return type.toObject(type.decode(bytes), AS_GENERATED);
}

/** Never throws: grpc-js would answer INTERNAL for what is the caller's mistake. */
export function decodeRequest(type: protobuf.Type, bytes: Buffer): object {
  try {
    return type.toObject(type.decode(new StrictReader(bytes)), AS_GENERATED);
  } catch (error) {
    return new MalformedRequest(`the request is not a valid ${type.name}: ${messageOf(error)}`);
  }
}

/**
 * Refuses a string that is cut short or is not UTF-8, as other implementations of protobuf do. protobufjs would take
 * what is there and put U+FFFD for the rest, and two different names could become the same volume.
 */
class StrictReader extends protobuf.BufferReader {
  override string(): string {
    const bytes = this.bytes();
    if (!isUtf8(bytes)) throw new Error('a string is not UTF-8');
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }
}
