import * as z from 'zod';
import { parseSize } from '../domain/sizes.ts';
import { registrationSchema } from '../filesystem/registered/registration.ts';

/** Bytes, or text such as `10Gi`. */
export const sizeField = z.union(
  [
    z.int().nonnegative(),
    z.string().transform((text, context) => {
      try {
        return parseSize(text);
      } catch {
        context.addIssue({ code: 'custom' });
        return z.NEVER;
      }
    }),
  ],
  { error: 'not a size: write a number of bytes, or a number and a unit, such as 10Gi' },
);

/** CSI 1.13, NodeGetInfo: an id of a node may have 256 bytes, and ours are part of the names of pools. */
export const nodeNameField = z.string().min(1).max(192);

/** 0 switches the HTTP server off. */
export const httpPortField = z.int().min(0).max(65_535);

/** Where the host's cgroup v2 is mounted, for limits on I/O. */
export const cgroupRootField = z.string().default('/sys/fs/cgroup');

/** What every mode has. */
export const commonFields = {
  driverName: z.string().max(63).default('csi.tome.storage'),
  /** 0 means no limit. */
  maxVolumesPerNode: z.int().nonnegative().default(0),
  /** Beside those that the driver has of its own. The same in all modes of a cluster. */
  filesystems: z.array(registrationSchema).default([]),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

/** What the modes of a cluster have beside that. */
export const clusterFields = {
  httpPort: httpPortField.default(9808),
  /** Undefined means all addresses. */
  httpAddress: z.string().optional(),
};
