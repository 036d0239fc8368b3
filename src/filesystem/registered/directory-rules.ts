import { checkBindFlags } from '../../domain/bind-flags.ts';
import type { FilesystemRules } from '../../domain/filesystem-rules.ts';
import { checkArguments } from './check-arguments.ts';
import { refuseMkfsOptions } from './image-filesystem.ts';
import type { DirectoryRegistration } from './registration.ts';

/** What a request can ask of a filesystem that is mounted at a directory. */
export function directoryRules(registration: DirectoryRegistration): FilesystemRules {
  const { name, sharing, stores, hooks } = registration;
  return {
    kind: 'directory',
    sharing,
    isPromised: stores === 'pool',
    takesIoLimits: false,
    // Where nothing enforces the size, a larger promise is all that growing is.
    canGrow: stores === 'pool' || hooks.grow !== undefined,
    minimumSize: 0,
    maximumSize: Number.MAX_SAFE_INTEGER,
    checkMkfsOptions: (options) => {
      refuseMkfsOptions(name, options);
    },
    checkMountFlags: checkBindFlags,
    checkArguments: (given) => checkArguments(name, registration.arguments, given),
  };
}
