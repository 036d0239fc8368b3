import { VolumeError } from './errors.ts';

/** CSI access modes, as the specification names them. */
export const accessModes = [
  'SINGLE_NODE_WRITER',
  'SINGLE_NODE_READER_ONLY',
  'MULTI_NODE_READER_ONLY',
  'MULTI_NODE_SINGLE_WRITER',
  'MULTI_NODE_MULTI_WRITER',
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
] as const;

export type AccessMode = (typeof accessModes)[number];

/**
 * How a volume is held on a node: `reader` any number of target paths, all read-only; `writers` any number of target
 * paths on the one node; `single-writer` one target path in all. A loop device carries it in its label.
 */
export type Access = 'reader' | 'writers' | 'single-writer';

/** Modes that only ever read, whatever the readonly flag says. */
export function isReaderMode(mode: AccessMode): boolean {
  return mode === 'SINGLE_NODE_READER_ONLY' || mode === 'MULTI_NODE_READER_ONLY';
}

/** Modes with writers on several nodes: an image volume cannot have them. */
export function isMultiNodeWriterMode(mode: AccessMode): boolean {
  return mode === 'MULTI_NODE_SINGLE_WRITER' || mode === 'MULTI_NODE_MULTI_WRITER';
}

/**
 * Two kernels that write to one image destroy it. Throws InvalidArgument for a mode that asks for that, unless the volume
 * is a directory that several may write to.
 */
export function refuseSharedWriting(
  mode: AccessMode,
  { sharing }: { readonly sharing?: 'many' | undefined } = {},
): void {
  if (sharing === 'many' || !isMultiNodeWriterMode(mode)) return;
  throw new VolumeError(
    'InvalidArgument',
    `${mode} needs writers on several nodes, which an image cannot have: use SINGLE_NODE_MULTI_WRITER (ReadWriteOnce), ` +
      'MULTI_NODE_READER_ONLY (ReadOnlyMany), or a shared filesystem such as NFS or CephFS',
  );
}

/** `exclusive` makes any read-write mount the only mount of its volume. */
export function accessOf(mode: AccessMode, options: { readOnly: boolean; exclusive: boolean }): Access {
  if (options.readOnly || isReaderMode(mode)) return 'reader';
  const isMany = mode === 'SINGLE_NODE_MULTI_WRITER' || mode === 'MULTI_NODE_MULTI_WRITER';
  return options.exclusive || !isMany ? 'single-writer' : 'writers';
}
