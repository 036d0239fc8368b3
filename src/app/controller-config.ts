import * as z from 'zod';
import { clusterFields, commonFields } from './config-fields.ts';
import { parseConfig, socketFile } from './config-file.ts';

const controllerSchema = z.strictObject({
  ...commonFields,
  ...clusterFields,
  socket: z.string().default('/csi/csi.sock'),
  /** The namespace that the driver runs in. */
  namespace: z.string().optional(),
  /** How the pods are that fill volumes of claims that name a VolumeImport; absent where there are no such claims. */
  imports: z
    .strictObject({
      image: z.string(),
      imagePullPolicy: z.string().default('IfNotPresent'),
      imagePullSecrets: z.array(z.object({ name: z.string() })).default([]),
      resources: z.record(z.string(), z.unknown()).default({}),
    })
    .optional(),
});

export type ControllerConfig = z.infer<typeof controllerSchema>;
export type ControllerOptions = z.input<typeof controllerSchema> & { readonly config?: string | undefined };

/** As `standaloneConfig`. The namespace is POD_NAMESPACE unless it is given. */
export function controllerConfig({ config, ...options }: ControllerOptions, env: NodeJS.ProcessEnv): ControllerConfig {
  const parsed = parseConfig(controllerSchema, config, options);
  const namespace = parsed.namespace ?? env['POD_NAMESPACE'];
  return { ...parsed, socket: socketFile(parsed.socket), ...(namespace !== undefined && { namespace }) };
}
