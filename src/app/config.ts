import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { VolumeError } from '../domain/errors.ts';
import { MiB, parseSize, TiB } from '../domain/sizes.ts';

const size = z.union([z.int().nonnegative(), z.string().transform((text, context) => sizeOf(text, context))]);

const poolSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes'),
  /** Directory in which the images live; the mount point, when there is a backing file. */
  path: z.string(),
  /** The pool is an XFS filesystem of its own inside this file. */
  backing: z.strictObject({ file: z.string(), size: size.optional(), thin: z.boolean().default(false) }).optional(),
  /** Kept back for the host. */
  reserve: size.default(0),
  overcommit: z.number().min(1).default(1),
  minimumVolumeSize: size.default(MiB),
  maximumVolumeSize: size.default(16 * TiB),
});

const standaloneSchema = z.strictObject({
  driverName: z.string().max(63).default('csi.tome.storage'),
  nodeName: z.string().min(1).max(192).default(hostname),
  stateDir: z.string().default('.tome'),
  socket: z.string().optional(),
  pools: z.array(poolSchema).optional(),
  /** 0 means no limit. */
  maxVolumesPerNode: z.int().nonnegative().default(0),
  /** Staging and target paths must lie beneath one of these. */
  allowedRoots: z.array(z.string()).default(['/']),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  sweepIntervalSeconds: z.number().positive().default(60),
  poolLockWaitSeconds: z.number().nonnegative().default(30),
});

export type PoolConfig = z.infer<typeof poolSchema>;
export type StandaloneConfig = Omit<z.infer<typeof standaloneSchema>, 'socket' | 'pools'> & {
  readonly socket: string;
  readonly pools: readonly PoolConfig[];
};
export type StandaloneOptions = z.input<typeof standaloneSchema> & { readonly config?: string | undefined };

/**
 * The configuration from a JSON file (`config`) with the options given beside it laid over it; all paths absolute.
 * Without pools there is one, `default`, in a file below the state directory. Throws InvalidArgument naming each field.
 */
export function standaloneConfig({ config, ...options }: StandaloneOptions): StandaloneConfig {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const parsed = standaloneSchema.safeParse({ ...(config === undefined ? {} : readConfig(config)), ...given });
  if (!parsed.success) {
    throw new VolumeError('InvalidArgument', `configuration: ${z.prettifyError(parsed.error)}`);
  }
  const stateDir = resolve(parsed.data.stateDir);
  return {
    ...parsed.data,
    stateDir,
    socket: resolve(parsed.data.socket?.replace(/^unix:(\/\/)?/, '') ?? join(stateDir, 'csi.sock')),
    pools: (parsed.data.pools ?? [defaultPool(stateDir)]).map(absolutePaths),
  };
}

function defaultPool(stateDir: string): PoolConfig {
  const backing = { file: join(stateDir, 'pool.img') };
  return poolSchema.parse({ name: 'default', path: join(stateDir, 'pool'), backing });
}

function absolutePaths(pool: PoolConfig): PoolConfig {
  const path = resolve(pool.path);
  return { ...pool, path, ...(pool.backing && { backing: { ...pool.backing, file: resolve(pool.backing.file) } }) };
}

function readConfig(file: string): object {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new VolumeError('InvalidArgument', `configuration file ${file} cannot be read as a JSON object`, {
      cause: error,
    });
  }
}

function sizeOf(text: string, context: z.RefinementCtx): number {
  try {
    return parseSize(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not a size: write a number and a unit, such as 10Gi' });
    return z.NEVER;
  }
}
