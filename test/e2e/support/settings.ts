import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What `npm run e2e` tells the tests: the file that TOME_E2E names. */
const settingsSchema = z.object({
  /** Image of the pods that the tests make: busybox. */
  busybox: z.string(),
  /** The driver's, which the nodes have or can pull. */
  image: z.string(),
  helm: z.string(),
  kubectl: z.tuple([z.string()], z.string()),
  release: z.string(),
  /** Namespace of the release. */
  namespace: z.string(),
  chart: z.string(),
  /** The values that the release was installed with. */
  valuesFile: z.string(),
  /** Directory that all pools are beneath, on every node. */
  poolsDirectory: z.string(),
  /** Directory of each node that managed volumes may lie beneath. */
  managedRoot: z.string(),
  /** A directory that is the same on every node, marked so in the release's values. */
  sharedRoot: z.string().optional(),
  /** Whether there is an S3 server, and the filesystem `objects` over it. */
  hasObjectStore: z.boolean(),
  /** The registered filesystem that is mounted in pods, where there is an image for them. */
  filesystem: z.string().optional(),
  /** Whether there is the filesystem `ntfs`, of kind `image`, with its programs in one. */
  hasNtfs: z.boolean(),
  /** The command of the project's own cluster, where the tests run on it: for what no API can do. */
  cluster: z.string().optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

export const settings: Settings = settingsSchema.parse(JSON.parse(readFileSync(process.env['TOME_E2E'] ?? '', 'utf8')));

export const driverName = 'csi.tome.storage';
