import { checkArguments } from './registered/check-arguments.ts';
import type { Filesystem } from './filesystem.ts';

type Common =
  | 'kind'
  | 'name'
  | 'recipe'
  | 'mounting'
  | 'isOpaque'
  | 'sharing'
  | 'isPromised'
  | 'takesIoLimits'
  | 'canGrow'
  | 'checksFirst'
  | 'checkArguments';

/** What the filesystems have in common that this driver knows by itself, and that the kernel mounts. */
export function builtIn(name: string): Pick<Filesystem, Common> {
  return {
    kind: 'image',
    name,
    recipe: '',
    isOpaque: false,
    mounting: { by: 'kernel', fsType: name },
    sharing: 'one',
    isPromised: true,
    takesIoLimits: true,
    canGrow: true,
    checksFirst: false,
    checkArguments: (given) => checkArguments(name, {}, given),
  };
}
