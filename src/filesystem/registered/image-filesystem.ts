import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRules } from '../../domain/filesystem-rules.ts';
import { TiB } from '../../domain/sizes.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Filesystem, FilesystemFacts, FilesystemVolume, Mounting } from '../filesystem.ts';
import { roomForMkfs } from '../make-filesystem.ts';
import { checkMountFlags, checkOwnMountFlags } from '../mount-flags.ts';
import { checkArguments } from './check-arguments.ts';
import { imageHooks, type HookDeps, type ImageHooks } from './image-hooks.ts';
import type { ImageRegistration } from './registration.ts';

/** Beyond this a number no longer counts bytes exactly; the filesystem itself may end before. */
const LARGEST = 8192 * TiB - 4096;

const OPAQUE: FilesystemFacts = { size: undefined, uuid: undefined, hasErrors: false, growthStep: 1 };

/**
 * A filesystem that the operator has registered, for a volume. All that is known of it is what its hooks do, so there is no
 * superblock to read: see `inspect`.
 */
export function imageFilesystem(deps: HookDeps, registration: ImageRegistration, volume: FilesystemVolume): Filesystem {
  const { host } = deps;
  const { name, hooks } = registration;
  const { format, renew, fscheck, grow } = hooks;
  const ofVolume = imageHooks(deps, registration, volume);
  const { run } = ofVolume;
  return {
    ...rulesOf(registration),
    name,
    recipe: JSON.stringify([format.command, volume.arguments ?? {}]),
    isOpaque: true,
    mounting: mountingOf(registration, ofVolume),
    replayErrors: [],

    mountOptions: ({ readOnly }) => (readOnly ? ['ro'] : []),

    async format(image) {
      await roomForMkfs(host, image, async () => {
        const size = (await host.files.stat(image))?.size ?? 0;
        await run('format', format, { device: image, size: String(size) }, image);
      });
    },
    async inspect(image) {
      // Throws when there is no image. What is in it only the hooks know.
      await host.images.readBlock(image, 0, 512);
      return OPAQUE;
    },
    async renewIdentity(image) {
      if (renew !== undefined) await run('renew', renew, { device: image }, image);
    },
    async growImage(device) {
      if (grow?.mounted !== false) return false;
      await run('grow', grow, { device, size: String(await host.loops.size(device)) });
      return true;
    },
    async grow({ device, target }) {
      const size = String(await host.loops.size(device));
      if (grow?.mounted === true) return run('grow', grow, { device, target, size });
      throw new VolumeError('FailedPrecondition', growthRefusal(registration));
    },
    ...unmountingOf(registration, ofVolume),
    checksFirst: fscheck !== undefined,
    async check(device) {
      if (fscheck === undefined) return '';
      try {
        await run('fscheck', fscheck, { device });
        return '';
      } catch (error) {
        if (error instanceof VolumeError && isHostError(error.cause, 'EXIT')) return error.message;
        throw error;
      }
    },
  };
}

function rulesOf(registration: ImageRegistration): FilesystemRules & { readonly kind: 'image' } {
  const { name, hooks, mountFlags, minimumSize = 0, maximumSize = LARGEST } = registration;
  return {
    kind: 'image',
    sharing: 'one',
    isPromised: true,
    takesIoLimits: false,
    canGrow: hooks.grow !== undefined,
    minimumSize,
    maximumSize,
    checkMkfsOptions: (options) => {
      refuseMkfsOptions(name, options);
    },
    checkMountFlags: (flags) => {
      // What mount(2) knows a program may not.
      (hooks.mount === undefined ? checkMountFlags : checkOwnMountFlags)(name, mountFlags, flags);
    },
    checkArguments: (given) => checkArguments(name, registration.arguments, given),
  };
}

/** A registered filesystem has arguments in their place. */
export function refuseMkfsOptions(name: string, options: readonly string[]): void {
  if (options.length === 0) return;
  const message = `mkfsOptions are not for filesystem ${name}: use the arguments that it declares (arg.NAME)`;
  throw new VolumeError('InvalidArgument', message);
}

function mountingOf({ name, mountType, hooks }: ImageRegistration, { mount: run }: ImageHooks): Mounting {
  const { mount } = hooks;
  if (mount === undefined) return { by: 'kernel', fsType: mountType ?? name };
  return {
    by: 'program',
    mount: ({ device, target, options }) =>
      run(mount, {
        device,
        target,
        options: options.includes('ro') ? options.join(',') : ['rw', ...options].join(','),
      }),
  };
}

/** Where the hooks run in pods, that for unmounting is a part of ending them. */
function unmountingOf(
  { hooks: { unmount } }: ImageRegistration,
  { run, endPods }: ImageHooks,
): Pick<Filesystem, 'unmount' | 'endPods'> {
  if (endPods !== undefined) return { endPods };
  return unmount === undefined ? {} : { unmount: (target) => run('unmount', unmount, { target }) };
}

function growthRefusal({ name, hooks }: ImageRegistration): string {
  if (hooks.grow === undefined) return `filesystem ${name} cannot grow: no grow hook is registered for it`;
  return `filesystem ${name} does not grow while it is mounted: unstage the volume; it grows when it is next staged`;
}
