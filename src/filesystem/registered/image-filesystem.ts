import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRules } from '../../domain/filesystem-rules.ts';
import { TiB } from '../../domain/sizes.ts';
import { isHostError } from '../../host/host-error.ts';
import type { Host } from '../../host/host.ts';
import type { Filesystem, FilesystemFacts, Mounting } from '../filesystem.ts';
import { roomForMkfs } from '../make-filesystem.ts';
import { checkMountFlags, checkOwnMountFlags } from '../mount-flags.ts';
import { checkArguments } from './check-arguments.ts';
import type { Values } from './fill-in.ts';
import type { Hook, ImageRegistration } from './registration.ts';
import { asRefusal, filledHook, hookEnvironment, runHook } from './run-hook.ts';

/** Beyond this a number no longer counts bytes exactly; the filesystem itself may end before. */
const LARGEST = 8192 * TiB - 4096;

const OPAQUE: FilesystemFacts = { size: undefined, uuid: undefined, hasErrors: false, growthStep: 1 };

type Run = (name: string, hook: Hook, values: Values) => Promise<void>;

/**
 * A filesystem that the operator has registered, for volumes with these arguments. All that is known of it is what its
 * hooks do, so there is no superblock to read: see `inspect`.
 */
export function imageFilesystem(
  host: Host,
  registration: ImageRegistration,
  args: Readonly<Record<string, string>>,
): Filesystem {
  const { name, hooks } = registration;
  const { format, renew, fscheck, grow, unmount } = hooks;
  const run: Run = (hook, how, values) => runRefusing(host, registration, { hook, how, values, args });
  return {
    ...rulesOf(registration),
    name,
    recipe: JSON.stringify([format.command, args]),
    isOpaque: true,
    mounting: mountingOf(registration, run),
    replayErrors: [],

    mountOptions: ({ readOnly }) => (readOnly ? ['ro'] : []),

    async format(image) {
      await roomForMkfs(host, image, async () => {
        const size = (await host.files.stat(image))?.size ?? 0;
        await run('format', format, { device: image, size: String(size) });
      });
    },
    async inspect(image) {
      // Throws when there is no image. What is in it only the hooks know.
      await host.images.readBlock(image, 0, 512);
      return OPAQUE;
    },
    async renewIdentity(image) {
      if (renew !== undefined) await run('renew', renew, { device: image });
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
    ...(unmount !== undefined && { unmount: (target: string) => run('unmount', unmount, { target }) }),
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

function mountingOf({ name, mountType, hooks }: ImageRegistration, run: Run): Mounting {
  const { mount } = hooks;
  if (mount === undefined) return { by: 'kernel', fsType: mountType ?? name };
  return {
    by: 'program',
    mount: ({ device, target, options }) =>
      run('mount', mount, {
        device,
        target,
        options: options.includes('ro') ? options.join(',') : ['rw', ...options].join(','),
      }),
  };
}

function growthRefusal({ name, hooks }: ImageRegistration): string {
  if (hooks.grow === undefined) return `filesystem ${name} cannot grow: no grow hook is registered for it`;
  return `filesystem ${name} does not grow while it is mounted: unstage the volume; it grows when it is next staged`;
}

/** Throws as `asRefusal`, with what the hook has said. */
async function runRefusing(
  host: Host,
  registration: ImageRegistration,
  { hook, how, values, args }: { hook: string; how: Hook; values: Values; args: Readonly<Record<string, string>> },
): Promise<void> {
  // Volumes that are older than an argument, or than its default, have none.
  const known = checkArguments(registration.name, registration.arguments, args);
  const env = await hookEnvironment(host, registration, undefined);
  await asRefusal(() => runHook(host, { registration, hook, env, ...filledHook(how, values, known) }));
}
