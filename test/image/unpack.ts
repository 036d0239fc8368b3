import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const manifestSchema = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })]);
const configSchema = z.object({
  config: z.object({
    User: z.string(),
    Entrypoint: z.array(z.string()),
    Env: z.array(z.string()),
    Labels: z.record(z.string(), z.string()),
  }),
  history: z.array(z.object({ created_by: z.string() })),
});

export interface Image {
  /** The folder that holds what a container of the image has as `/`. */
  readonly root: string;
  readonly config: z.infer<typeof configSchema>['config'];
  readonly history: readonly string[];
}

/** Unpacks what `docker save` writes, layer over layer, into `folder`. */
export function unpackImage(archive: string, folder: string): Image {
  const parts = path.join(folder, 'parts');
  const root = path.join(folder, 'root');
  for (const made of [parts, root]) mkdirSync(made);
  execFileSync('tar', ['-xf', archive, '-C', parts]);
  const json = (name: string): unknown => JSON.parse(readFileSync(path.join(parts, name), 'utf8'));
  const [manifest] = manifestSchema.parse(json('manifest.json'));
  for (const layer of manifest.Layers) {
    execFileSync('tar', ['-xf', path.join(parts, layer), '-C', root, '--same-permissions', '--exclude=dev/*']);
  }
  const { config, history } = configSchema.parse(json(manifest.Config));
  return { root, config, history: history.map((step) => step.created_by) };
}
