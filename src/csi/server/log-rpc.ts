import { status } from '@grpc/grpc-js';
import type { Level, Logger } from 'pino';
import type { VolumeError } from '../../domain/errors.ts';
import { statusCodes } from './status-codes.ts';

export interface Rpc {
  readonly method: string;
  readonly request: object;
  /** When it began, by `performance.now()`. */
  readonly start: number;
  readonly error?: VolumeError;
}

/** Of a request nothing but these is logged: the rest may be long, or secret. */
const LOGGED = new Set([
  'name',
  'volumeId',
  'snapshotId',
  'groupSnapshotId',
  'sourceVolumeId',
  'sourceVolumeIds',
  'nodeId',
  'stagingTargetPath',
  'targetPath',
  'volumePath',
]);

/** What orchestrators ask every few seconds. */
const FREQUENT = /^(Probe|GetPluginInfo|NodeGetInfo|NodeGetVolumeStats|GetCapacity|.*Health|.*Get.*Capabilities)$/;

/** One line for one RPC: method, ids, code and milliseconds; the stack too when the fault is ours. */
export function logRpc(log: Logger, { method, request, start, error }: Rpc): void {
  const level = levelOf(method, error);
  if (!log.isLevelEnabled(level)) return;

  const code = error === undefined ? status.OK : statusCodes[error.reason];
  const ms = Math.round((performance.now() - start) * 10) / 10;
  log[level]({ method, ...idsOf(request), code: status[code], ms, ...detailsOf(error) }, 'rpc');
}

function levelOf(method: string, error: VolumeError | undefined): Level {
  if (error?.reason === 'Internal') return 'error';
  if (error !== undefined) return 'warn';
  return FREQUENT.test(method) ? 'debug' : 'info';
}

function idsOf(request: object): Record<string, unknown> {
  const logged = Object.entries(request).filter(([name, value]) => LOGGED.has(name) && value !== '');
  return Object.fromEntries(logged);
}

function detailsOf(error: VolumeError | undefined): Record<string, unknown> {
  if (error === undefined) return {};
  if (error.reason !== 'Internal') return { error: error.message };
  return { error: error.message, stack: error.cause instanceof Error ? error.cause.stack : error.stack };
}
