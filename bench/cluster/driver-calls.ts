import type { V1Pod } from '@kubernetes/client-node';
import * as z from 'zod';
import { volumeId } from '../../src/domain/ids.ts';
import { pods } from '../../test/e2e/support/kinds.ts';
import { callForText } from '../../test/e2e/support/connection.ts';
import { list } from '../../test/e2e/support/objects.ts';
import { release } from './names.ts';

/** A line that the driver wrote of a call. */
const lineSchema = z.object({
  msg: z.literal('rpc'),
  time: z.number(),
  method: z.enum(['CreateVolume', 'NodeStageVolume', 'NodePublishVolume']),
  name: z.string().optional(),
  volumeId: z.string().optional(),
  code: z.string(),
  ms: z.number(),
});

export type DriverMethod = z.infer<typeof lineSchema>['method'];

export interface DriverCall {
  readonly volumeId: string;
  readonly method: DriverMethod;
  readonly code: string;
  /** Milliseconds it took, and since the epoch when it ended, by the clock of the node on which it ran. */
  readonly ms: number;
  readonly end: number;
}

/** The calls of volumes that the driver has answered since then, from its logs. */
export async function driverCalls(since: Date): Promise<readonly DriverCall[]> {
  const logs = await Promise.all((await driverPods()).map((pod) => logOf(pod, since)));
  return logs.flatMap((log) => log.split('\n').flatMap(readCall));
}

/** The pods of the driver itself, of this part of it or of both. */
export async function driverPods(component?: 'controller' | 'node'): Promise<readonly V1Pod[]> {
  const all = await list(pods, {
    namespace: release.namespace,
    labelSelector: `app.kubernetes.io/instance=${release.name},app.kubernetes.io/component in (${component ?? 'controller,node'})`,
  });
  return all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

function logOf({ metadata }: V1Pod, since: Date): Promise<string> {
  const query = new URLSearchParams({ container: 'tome', sinceTime: since.toISOString() });
  const path = `/api/v1/namespaces/${release.namespace}/pods/${metadata?.name ?? ''}/log?${query.toString()}`;
  return callForText({ method: 'GET', path });
}

function readCall(line: string): readonly DriverCall[] {
  if (!line.startsWith('{')) return [];
  const read = lineSchema.safeParse(JSON.parse(line));
  if (!read.success) return [];
  const { method, name, volumeId: id, code, ms, time } = read.data;
  // CreateVolume knows no id before it answers, and the log names what was asked.
  return [{ method, code, ms, end: time, volumeId: id ?? volumeId(name ?? '') }];
}
