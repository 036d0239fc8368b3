import type { Host } from '../../host/host.ts';
import type { FilesystemVolume } from '../filesystem.ts';
import { checkArguments } from './check-arguments.ts';
import type { Values } from './fill-in.ts';
import type { Mounter } from './mounter.ts';
import type { Hook, ImageRegistration } from './registration.ts';
import { asRefusal, filledHook, filledUnmount, hookEnvironment } from './run-hook.ts';

/** Where the hooks of a registered filesystem are run. */
export interface HookDeps {
  readonly host: Host;
  readonly mounter: Mounter;
}

/** The hooks of a registered filesystem of kind `image`, for one volume. Each throws as `asRefusal`, with what it has said. */
export interface ImageHooks {
  /** Runs one to its end. `imageFile`: its {device} is that file, and not a device. */
  readonly run: (name: string, hook: Hook, values: Values, imageFile?: string) => Promise<void>;
  /** Runs the mount hook, or the one for pods, which serves the mount there for as long as it is. */
  readonly mount: (hook: Hook, values: MountValues) => Promise<void>;
  /** Undefined where no hook runs in a pod. */
  readonly endPods: ((place: string) => Promise<void>) | undefined;
}

interface MountValues {
  readonly device: string;
  readonly target: string;
  readonly options: string;
}

export function imageHooks(
  { host, mounter }: HookDeps,
  registration: ImageRegistration,
  volume: FilesystemVolume,
): ImageHooks {
  const { image, hooks } = registration;
  const common = { registration, volumeId: volume.id, source: undefined };
  const filled = (hook: Hook, values: Values) => {
    // Volumes that are older than an argument, or than its default, have none.
    const known = checkArguments(registration.name, registration.arguments, volume.arguments ?? {});
    return filledHook(hook, values, known);
  };
  const run: ImageHooks['run'] = async (name, hook, values, imageFile) => {
    const what = { ...common, hook: name, target: values['target'], ...filled(hook, values) };
    const env = await hookEnvironment(host, registration, undefined);
    await asRefusal(() => mounter.run({ ...what, env, ...(imageFile !== undefined && { imageFile }) }));
  };
  if (!mounter.runsInPods(registration)) {
    return { run, mount: (hook, values) => run('mount', hook, { ...values }), endPods: undefined };
  }
  return {
    run,
    mount: async (mount, values) => {
      const hook = mounter.mountHook({ image, hooks: { mount, mountPod: hooks.mountPod } });
      const what = { ...common, target: values.target, ...filled(hook, { ...values }) };
      const env = await hookEnvironment(host, registration, undefined);
      await asRefusal(() => mounter.mount({ ...what, env }));
    },
    endPods: (target) =>
      asRefusal(() => mounter.endPods({ ...common, target, ...filledUnmount(hooks.unmount, target) })),
  };
}
