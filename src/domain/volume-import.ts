import * as z from 'zod';

/** What claims that name a VolumeImport are filled with. */
export const volumeImportSpecSchema = z.object({
  /** An address: https, http, a git repository, an image. */
  source: z.string(),
  /** `sha256:` and 64 hexadecimal digits. */
  checksum: z.string().optional(),
  gitRef: z.string().optional(),
  as: z.enum(['file', 'tar']).optional(),
  /** A Secret of the same namespace, with `username` and `password`, or `token`. */
  credentialsSecretRef: z.object({ name: z.string() }).optional(),
});

/** How far the import for one claim is. */
export const claimImportSchema = z.object({
  claim: z.string(),
  state: z.enum(['Waiting', 'Importing', 'Retrying', 'Finishing']),
  message: z.string(),
});
export type ClaimImport = z.infer<typeof claimImportSchema>;

/** Of the claims that are not bound yet. */
export const volumeImportStatusSchema = z.object({ claims: z.array(claimImportSchema).default([]) });
