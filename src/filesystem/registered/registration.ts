import * as z from 'zod';
import { managedPoolName } from '../../domain/pool.ts';
import { declarationProblem } from './check-arguments.ts';
import { placeholderProblem } from './fill-in.ts';

/** An argument vector; its words may have placeholders such as `{device}` in them (see `fill-in.ts`). */
const hookSchema = z.strictObject({
  command: z.array(z.string().min(1)).min(1),
  timeoutSeconds: z.number().positive().max(3600).default(60),
});
export type Hook = z.infer<typeof hookSchema>;

const growSchema = hookSchema.extend({ mounted: z.boolean().default(true) });

/** Where a variable of the hooks' environment comes from; a secret is a key of the CSI secrets of NodeStageVolume. */
const variableSchema = z.union([
  z.strictObject({ value: z.string() }),
  z.strictObject({ secret: z.string() }),
  z.strictObject({ file: z.string() }),
]);

const argumentSchema = z.strictObject({
  /** What the whole value must match. */
  pattern: z.string(),
  /** Without a default, the StorageClass must give the argument. */
  default: z.string().optional(),
});

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes');

const commonFields = {
  name,
  arguments: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/), argumentSchema).default({}),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), variableSchema).default({}),
  /** Patterns of whole mount flags that a capability may have. */
  mountFlags: z.array(z.string()).default([]),
  /** Container image with the hooks' programs: in a cluster they run in pods of it, `mount` for as long as the mount is there. */
  image: z.string().min(1).optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  /** Of those pods, as Kubernetes has them. */
  resources: z.record(z.string(), z.unknown()).optional(),
};

/** A filesystem that is made on the block device of a volume's image. */
const imageKindSchema = z.strictObject({
  ...commonFields,
  kind: z.literal('image'),
  minimumSize: z.int().positive().optional(),
  maximumSize: z.int().positive().optional(),
  hooks: z.strictObject({
    /** {device}: the image file, not attached; {size}: its bytes. */
    format: hookSchema,
    /** {device}: an image file that is a copy of another. Gives it an identity of its own, where it needs one. */
    renew: hookSchema.optional(),
    /** {device}: before each first mount. Exit code 0: clean. */
    fscheck: hookSchema.optional(),
    /** {device} {target} {options}. Without it, mount(2) with the filesystem's name or `mountType` is used. */
    mount: hookSchema.optional(),
    /** In place of `mount` where that runs in a pod: it stays in the foreground for as long as the mount is to be there. */
    mountPod: hookSchema.optional(),
    /** {target}. Without it, umount2(2). */
    unmount: hookSchema.optional(),
    /** {device} {size}, and {target} while it is mounted; `mounted: false`: it grows before it is mounted. */
    grow: growSchema.optional(),
  }),
  /** The kernel's name of the filesystem, where mount(2) mounts it. */
  mountType: z.string().min(1).optional(),
});

/** The placeholders of each hook, beside `{arg.NAME}`. */
const IMAGE_HOOKS = {
  format: ['device', 'size'],
  renew: ['device'],
  fscheck: ['device'],
  mount: ['device', 'target', 'options'],
  mountPod: ['device', 'target', 'options'],
  unmount: ['target'],
  grow: ['device', 'target', 'size'],
} as const satisfies Record<keyof z.infer<typeof imageKindSchema>['hooks'], readonly string[]>;

/** Something that is mounted at a directory: no image, no block device. */
const directoryKindSchema = z.strictObject({
  ...commonFields,
  kind: z.literal('directory'),
  /** `pool`: {source} is a directory of the volume in the pool, and its size is promised there; `elsewhere`: neither. */
  stores: z.enum(['pool', 'elsewhere']).default('pool'),
  /** `many`: it may be mounted on several nodes at once. */
  sharing: z.enum(['one', 'many']).default('one'),
  hooks: z.strictObject({
    /** {source} {volume} {size}: run once, before the first mount, with the secrets of that NodeStageVolume. */
    format: hookSchema.optional(),
    /** {source} {volume}: before each mount. */
    fscheck: hookSchema.optional(),
    /** {source} {target} {volume} {size}. */
    mount: hookSchema,
    /** In place of `mount` where that runs in a pod: it stays in the foreground for as long as the mount is to be there. */
    mountPod: hookSchema.optional(),
    /** {target}. Without it, umount2(2). */
    unmount: hookSchema.optional(),
    /** {source} {volume}: run by the agent when the volume is deleted, without secrets. */
    delete: hookSchema.optional(),
    /** {source} {target} {volume} {size}, while it is mounted. */
    grow: hookSchema.optional(),
    /** {source} {target} {volume}: prints JSON, {"totalBytes", "usedBytes", "availableBytes"}. Without it, statfs(2). */
    stats: hookSchema.optional(),
  }),
});

const DIRECTORY_HOOKS = {
  format: ['source', 'volume', 'size'],
  fscheck: ['source', 'volume'],
  mount: ['source', 'target', 'volume', 'size'],
  mountPod: ['source', 'target', 'volume', 'size'],
  unmount: ['target'],
  delete: ['source', 'volume'],
  grow: ['source', 'target', 'volume', 'size'],
  stats: ['source', 'target', 'volume'],
} as const satisfies Record<keyof z.infer<typeof directoryKindSchema>['hooks'], readonly string[]>;

/** A filesystem that the operator registers by name. */
export const registrationSchema = z
  .discriminatedUnion('kind', [imageKindSchema, directoryKindSchema])
  .superRefine((registration, context) => {
    for (const [name, declared] of Object.entries(registration.arguments)) {
      const message = declarationProblem(declared);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['arguments', name], message });
    }
    for (const [index, pattern] of registration.mountFlags.entries()) {
      const message = declarationProblem({ pattern });
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['mountFlags', index], message });
    }
    for (const [name, { command }] of hooksOf(registration)) {
      const message = placeholderProblem(command, [
        ...placeholdersOf(registration, name),
        ...(name === 'unmount' ? [] : Object.keys(registration.arguments).map((argument) => `arg.${argument}`)),
      ]);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['hooks', name, 'command'], message });
    }
    if (registration.kind === 'directory') {
      const message = `"${managedPoolName}" is what nodes share of managed volumes: choose another name`;
      if (isSharedElsewhere(registration) && registration.name === managedPoolName)
        context.addIssue({ code: 'custom', path: ['name'], message });
      return;
    }
    if (registration.hooks.mountPod !== undefined && registration.hooks.mount === undefined) {
      const message =
        'mountPod is what mount is in a pod: without mount the kernel mounts it, and there is no program to run';
      context.addIssue({ code: 'custom', path: ['hooks', 'mountPod'], message });
    }
    for (const [name, from] of Object.entries(registration.environment)) {
      if (!('secret' in from)) continue;
      const message = 'a filesystem of kind image is made where no secret is at hand: use value or file';
      context.addIssue({ code: 'custom', path: ['environment', name], message });
    }
  });

/** Whether pods of several nodes may use one volume of it: then the nodes have one place of them together. */
export function isSharedElsewhere(registration: Registration): registration is DirectoryRegistration {
  return registration.kind === 'directory' && registration.stores === 'elsewhere' && registration.sharing === 'many';
}

export type Registration = z.infer<typeof registrationSchema>;
export type ImageRegistration = z.infer<typeof imageKindSchema>;
export type DirectoryRegistration = z.infer<typeof directoryKindSchema>;

function hooksOf({ hooks }: ImageRegistration | DirectoryRegistration): readonly (readonly [string, Hook])[] {
  return Object.entries(hooks).flatMap(([name, hook]) => (hook === undefined ? [] : [[name, hook] as const]));
}

/** What a hook can be told, by what its filesystem is. */
function placeholdersOf(registration: ImageRegistration | DirectoryRegistration, hook: string): readonly string[] {
  if (registration.kind === 'image') {
    const known: readonly string[] = new Map(Object.entries(IMAGE_HOOKS)).get(hook) ?? [];
    const isMounted = hook !== 'grow' || registration.hooks.grow?.mounted === true;
    return known.filter((name) => name !== 'target' || isMounted);
  }
  const known: readonly string[] = new Map(Object.entries(DIRECTORY_HOOKS)).get(hook) ?? [];
  return known.filter((name) => name !== 'source' || registration.stores === 'pool');
}
