import * as z from 'zod';
import { call } from './connection.ts';

const summarySchema = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      volume: z
        .array(
          z.object({
            name: z.string(),
            capacityBytes: z.number().optional(),
            usedBytes: z.number().optional(),
            availableBytes: z.number().optional(),
          }),
        )
        .default([]),
    }),
  ),
});

/** In bytes. */
export interface VolumeStats {
  readonly capacity: number | undefined;
  readonly used: number | undefined;
  readonly available: number | undefined;
}

/** What the kubelet of the node tells of the volume `data` of a pod; undefined before it has looked. */
export async function volumeStats(node: string, namespace: string, pod: string): Promise<VolumeStats | undefined> {
  const answer = await call({ method: 'GET', path: `/api/v1/nodes/${node}/proxy/stats/summary` });
  const ours = summarySchema
    .parse(answer)
    .pods.find(({ podRef }) => podRef.namespace === namespace && podRef.name === pod);
  const stats = ours?.volume.find(({ name }) => name === 'data');
  if (stats === undefined) return undefined;
  return { capacity: stats.capacityBytes, used: stats.usedBytes, available: stats.availableBytes };
}
