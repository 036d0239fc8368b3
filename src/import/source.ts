/** Where what is to be in a volume comes from. `label` says it to people, and has no secret in it. */
export type Source = { readonly label: string } & (
  | { readonly kind: 'tree'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'download'; readonly url: string; readonly name: string; readonly sha256: string | undefined }
  | { readonly kind: 'archive'; readonly from: ArchivePlace; readonly sha256: string | undefined }
  | {
      readonly kind: 'image';
      /** `https://ghcr.io` */
      readonly registry: string;
      readonly repository: string;
      /** A tag or a digest. */
      readonly reference: string;
    }
  | { readonly kind: 'git'; readonly url: string; readonly ref: string | undefined }
);

/** A tar archive, compressed or not. */
export type ArchivePlace =
  | { readonly at: 'stdin' }
  | { readonly at: 'file'; readonly path: string }
  | { readonly at: 'url'; readonly url: string };

export interface SourceOptions {
  /** What relative paths start from. */
  readonly cwd: string;
  /** Whether a file or an address is unpacked; by its name when absent. */
  readonly as?: 'file' | 'tar';
  /** `sha256:` and 64 hexadecimal digits. */
  readonly checksum?: string;
  readonly gitRef?: string;
}

/** How far an import is. */
export interface Progress {
  /** Bytes read from the source. */
  readonly doneBytes: number;
  /** Undefined when nobody knows. */
  readonly totalBytes?: number | undefined;
}

/** Of an account at the source. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A bearer token. */
  readonly token?: string | undefined;
}
