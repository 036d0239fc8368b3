import type { ObjectStore } from './object-store.ts';

/** Where the tests run: what `npm run e2e` needs to know of a cluster. */
export interface Environment {
  /** Variables for everything that talks to the cluster. */
  readonly env: Readonly<Record<string, string>>;
  /** What to put before a command so that it reaches the cluster. */
  readonly reach: readonly string[];
  readonly kubectl: readonly string[];
  readonly helm: string;
  /** The driver's image, which the nodes have or can pull. */
  readonly image: string;
  /** Tells one build from the next under the same name. */
  readonly build: string;
  readonly busybox: string;
  /** An image with gocryptfs, fusermount3 and busybox, where there is one. */
  readonly gocryptfs?: string;
  /** An image with ntfs-3g, mkntfs and ntfsresize, where there is one. */
  readonly ntfs?: string;
  /** A directory that is the same on all nodes, where there is one. */
  readonly sharedRoot?: string;
  readonly objectStore?: ObjectStore;
  /** Images of the sidecars by their names, where they are not the chart's. */
  readonly sidecars: Readonly<Record<string, string>>;
  /** The project's own cluster command, if it is one. */
  readonly cluster?: string;
  close(): Promise<void>;
}
