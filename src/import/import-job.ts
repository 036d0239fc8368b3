import type { Readable } from 'node:stream';
import type { Credentials, Progress } from './source.ts';
import type { Workspace } from './workspace.ts';

/** What each way of importing works with. */
export interface ImportJob {
  /** What is filled, which nobody else has meanwhile. */
  readonly directory: string;
  readonly workspace: Workspace;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** For the source `-`. */
  readonly stdin: Readable;
  readonly retryPauseMs?: number | undefined;
  /** Throws ResourceExhausted when a source of so many bytes, unpacked or not, cannot have room. */
  readonly requireRoom: (bytes: number, isPacked: boolean) => Promise<void>;
}
