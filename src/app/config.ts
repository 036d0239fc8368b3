import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { MiB, TiB } from '../domain/sizes.ts';
import { managedPoolName, type ManagedRoot } from '../domain/pool.ts';
import { cgroupRootField, commonFields, httpPortField, nodeNameField, sizeField } from './config-fields.ts';
import { parseConfig, socketFile } from './config-file.ts';
import { checkedRoots, managedRootField } from './managed-roots.ts';

export const poolSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes')
    .refine((name) => name !== managedPoolName, 'is what the place of managed volumes is called: choose another name'),
  /** Directory in which the images live; the mount point, when there is a backing file. */
  path: z.string(),
  /** The pool is an XFS filesystem of its own inside this file. */
  backing: z
    .strictObject({ file: z.string(), size: sizeField.optional(), thin: z.boolean().default(false) })
    .optional(),
  /** Kept back for the host. */
  reserve: sizeField.default(0),
  overcommit: z.number().min(1).default(1),
  minimumVolumeSize: sizeField.default(MiB),
  maximumVolumeSize: sizeField.default(16 * TiB),
});

const standaloneSchema = z.strictObject({
  ...commonFields,
  nodeName: nodeNameField.default(hostname),
  stateDir: z.string().default('.tome'),
  socket: z.string().optional(),
  pools: z.array(poolSchema).optional(),
  /** The directories beneath which managed volumes may be; none: there are no such volumes. */
  managedRoots: z.array(managedRootField).default([]),
  /** Staging and target paths must lie beneath one of these. */
  allowedRoots: z.array(z.string()).default(['/']),
  cgroupRoot: cgroupRootField,
  /** Where /healthz and /metrics are; 0 means nowhere. */
  httpPort: httpPortField.default(0),
  httpAddress: z.string().default('127.0.0.1'),
  sweepIntervalSeconds: z.number().positive().default(60),
  poolLockWaitSeconds: z.number().nonnegative().default(30),
});

export type PoolConfig = z.infer<typeof poolSchema>;
export type StandaloneConfig = Omit<z.infer<typeof standaloneSchema>, 'socket' | 'pools' | 'managedRoots'> & {
  readonly managedRoots: readonly ManagedRoot[];
  readonly socket: string;
  readonly pools: readonly PoolConfig[];
};
export type StandaloneOptions = z.input<typeof standaloneSchema> & { readonly config?: string | undefined };

/**
 * The configuration from a JSON file (`config`) with the options given beside it laid over it; all paths absolute.
 * Without pools there is one, `default`, in a file below the state directory. Throws InvalidArgument naming each field.
 */
export function standaloneConfig({ config, ...options }: StandaloneOptions): StandaloneConfig {
  const parsed = parseConfig(standaloneSchema, config, options);
  const stateDir = resolve(parsed.stateDir);
  return {
    ...parsed,
    managedRoots: checkedRoots(parsed.managedRoots, parsed.nodeName),
    stateDir,
    socket: socketFile(parsed.socket ?? join(stateDir, 'csi.sock')),
    pools: (parsed.pools ?? [defaultPool(stateDir)]).map(withAbsolutePaths),
  };
}

function defaultPool(stateDir: string): PoolConfig {
  const backing = { file: join(stateDir, 'pool.img') };
  return poolSchema.parse({ name: 'default', path: join(stateDir, 'pool'), backing });
}

export function withAbsolutePaths(pool: PoolConfig): PoolConfig {
  const path = resolve(pool.path);
  return { ...pool, path, ...(pool.backing && { backing: { ...pool.backing, file: resolve(pool.backing.file) } }) };
}
