import type protobuf from 'protobufjs/light.js';
import { VolumeError } from '../../domain/errors.ts';

/** The error with every value of the request's secret fields struck out of its message and of its cause's stack. */
export function withoutSecrets(error: VolumeError, type: protobuf.Type, request: object): VolumeError {
  const secrets = secretsIn(type, request).filter((secret) => secret.length > 0);
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined;
  if (!secrets.some((secret) => error.message.includes(secret) || cause?.includes(secret) === true)) return error;

  const strike = (text: string): string => secrets.reduce((struck, secret) => struck.replaceAll(secret, '***'), text);
  const clean = new VolumeError(error.reason, strike(error.message));
  clean.stack = strike(cause ?? error.stack ?? '');
  return clean;
}

/** Values of the fields that the protocol marks with `csi_secret`. */
function secretsIn(type: protobuf.Type, request: object): string[] {
  const fields = type.fieldsArray
    .filter((field) => field.options?.['(csi_secret)'] === true)
    .map((field) => field.name);
  const maps = Object.entries(request).filter(([name]) => fields.includes(name));
  return maps.flatMap(([, map]) => Object.values(map as Readonly<Record<string, string>>));
}
