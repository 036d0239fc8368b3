import { join, resolve } from 'node:path';
import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import type { ManagedRoot } from '../domain/pool.ts';
import { GiB } from '../domain/sizes.ts';
import { cgroupRootField, clusterFields, commonFields, nodeNameField, sizeField } from './config-fields.ts';
import { parseConfig, socketFile } from './config-file.ts';
import { poolSchema, withAbsolutePaths, type PoolConfig } from './config.ts';
import { checkedRoots, managedRootField } from './managed-roots.ts';
import { poolsOfNode, refuseSharedIds, rootsOfNode } from './pools-of-node.ts';

const nodeNamesField = z.array(z.string()).min(1);

const nodeSchema = z.strictObject({
  ...commonFields,
  ...clusterFields,
  nodeName: nodeNameField.optional(),
  /** Of all nodes; each takes those that are meant for it. */
  pools: z.array(
    poolSchema.extend({
      /** The nodes that have the pool, `*` for any text in a name; undefined means every node. */
      nodeNames: nodeNamesField.optional(),
    }),
  ),
  /** The directories beneath which managed volumes may be, of all nodes as the pools. None: there are no such volumes. */
  managedRoots: z.array(managedRootField.extend({ nodeNames: nodeNamesField.optional() })).default([]),
  /** The kubelet's directory, at the same path as the kubelet sees it: staging and target paths lie beneath it. */
  kubeletDir: z.string().default('/var/lib/kubelet'),
  socket: z.string().optional(),
  registrationSocket: z.string().optional(),
  stateDir: z.string().default('/var/lib/tome'),
  cgroupRoot: cgroupRootField,
  sweepIntervalSeconds: z.number().positive().default(60),
  /** Longer than the node pod that is replaced may take to end. */
  poolLockWaitSeconds: z.number().nonnegative().default(60),
  /** Volumes that a pod asks for inline, and that end with it. */
  ephemeral: z
    .strictObject({ enabled: z.boolean().default(true), maximumSize: sizeField.default(10 * GiB) })
    .prefault({}),
  /** How the pods are made in which registered filesystems with an image are mounted; without it none are. */
  mountPods: z
    .strictObject({
      namespace: z.string(),
      labels: z.record(z.string(), z.string()).refine((labels) => Object.keys(labels).length > 0, 'at least one'),
      priorityClassName: z.string().default(''),
      imagePullSecrets: z.array(z.strictObject({ name: z.string() })).default([]),
      resources: z.record(z.string(), z.unknown()).default({}),
    })
    .optional(),
});

type Given = z.infer<typeof nodeSchema>;

export type NodeConfig = Omit<Given, 'nodeName' | 'pools' | 'managedRoots' | 'socket' | 'registrationSocket'> & {
  readonly nodeName: string;
  readonly managedRoots: readonly ManagedRoot[];
  /** Those of this node. */
  readonly pools: readonly PoolConfig[];
  /** Of all nodes: the configuration is one for the cluster. */
  readonly poolNames: readonly string[];
  readonly socket: string;
  readonly registrationSocket: string;
};
export type NodeOptions = Partial<z.input<typeof nodeSchema>> & { readonly config?: string | undefined };

/** As `standaloneConfig`. The node's name is NODE_NAME unless it is given. */
export function nodeConfig({ config, ...options }: NodeOptions, env: NodeJS.ProcessEnv): NodeConfig {
  const parsed = parseConfig(nodeSchema, config, options);
  const nodeName = parsed.nodeName ?? nodeNameField.safeParse(env['NODE_NAME']).data;
  if (nodeName === undefined) {
    throw new VolumeError('InvalidArgument', 'configuration: nodeName is missing: give --node-name, or set NODE_NAME');
  }
  const kubeletDir = resolve(parsed.kubeletDir);
  const { driverName } = parsed;
  const pools = poolsOfNode(parsed.pools, nodeName).map(withAbsolutePaths);
  refuseSharedIds(pools, parsed.filesystems, nodeName);
  return {
    ...parsed,
    nodeName,
    kubeletDir,
    stateDir: resolve(parsed.stateDir),
    pools,
    poolNames: [...new Set(parsed.pools.map(({ name }) => name))],
    managedRoots: checkedRoots(rootsOfNode(parsed.managedRoots, nodeName), nodeName),
    socket: socketFile(parsed.socket ?? join(kubeletDir, 'plugins', driverName, 'csi.sock')),
    registrationSocket: socketFile(
      parsed.registrationSocket ?? join(kubeletDir, 'plugins_registry', `${driverName}-reg.sock`),
    ),
  };
}
