import * as z from 'zod';
import { VolumeError, type Reason } from '../../domain/errors.ts';
import { ConflictError } from '../catalog.ts';
import type { ApiResponse } from './api-server.ts';

/** What the API server says of a request that it did not do. */
const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z.object({ name: z.string().optional() }).optional(),
});

/** Resuming a watch or a list from there is impossible: the server has forgotten that version. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
}

/** What a request was for, in the words of RBAC. */
export interface Subject {
  readonly verb: string;
  /** As in a Role: `volumes.tome.storage`, `volumes/status.tome.storage`. */
  readonly resource: string;
  /** Undefined for a request about all. */
  readonly id?: string;
}

export function isOk({ status }: ApiResponse): boolean {
  return status >= 200 && status < 300;
}

/** Whether the server says that there is no such object, and not that it knows no such resource. */
export function isAbsent({ status, body }: ApiResponse, { id }: Subject): boolean {
  return status === 404 && id !== undefined && statusSchema.safeParse(body).data?.details?.name === id;
}

/** An answer that is no success, as an error to throw. */
export function errorOf({ status, body }: ApiResponse, subject: Subject): Error {
  const what = [subject.verb, subject.resource, subject.id].filter((word) => word !== undefined).join(' ');
  const said = statusSchema.safeParse(body).data?.message ?? (typeof body === 'string' ? body.trim() : '');
  if (status === 409) return new ConflictError(said);
  if (status === 410) return new GoneError(said);
  const [reason, meaning] = meaningOf(status, subject);
  return new VolumeError(reason, `${meaning} (${what}: ${status} ${said})`);
}

/** The body of an answer; throws what is no success. */
export function expectOk(response: ApiResponse, subject: Subject): unknown {
  if (isOk(response)) return response.body;
  throw errorOf(response, subject);
}

/**
 * What is wrong with the installation is Unavailable: it works as soon as somebody has put it right, and no sidecar
 * must take it for a final answer.
 */
function meaningOf(status: number, { verb, resource }: Subject): [Reason, string] {
  if (status === 401) return ['Unavailable', 'the API server does not accept the credentials of this driver'];
  if (status === 403) return ['Unavailable', `RBAC does not allow this driver to ${verb} ${resource}`];
  if (status === 404) return ['Unavailable', `the API server has no ${resource}: are the CRDs of tome-csi installed?`];
  if (status === 413 || status === 422) return ['InvalidArgument', 'the API server refuses the resource'];
  if (status === 429) return ['Unavailable', 'the API server is too busy'];
  if (status >= 500) return ['Unavailable', 'the API server cannot answer now'];
  return ['Internal', 'the API server does not understand the request'];
}
