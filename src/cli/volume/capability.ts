import type { VolumeCapability } from '../../csi/gen/csi/v1/VolumeCapability.ts';
import type { AccessMode } from '../../domain/access.ts';

export interface Use {
  readonly block: boolean;
  readonly readOnly: boolean;
  /** Empty: as the volume has it. */
  readonly fsType?: string;
  readonly mountOptions?: readonly string[];
}

/** On one machine a volume has any number of directories: all of them may write, or all only read. */
export function capability({ block, readOnly, fsType = '', mountOptions = [] }: Use): VolumeCapability {
  const mode: AccessMode = readOnly ? 'SINGLE_NODE_READER_ONLY' : 'SINGLE_NODE_MULTI_WRITER';
  const accessMode = { mode };
  return block ? { block: {}, accessMode } : { mount: { fsType, mountFlags: [...mountOptions] }, accessMode };
}
