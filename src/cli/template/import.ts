import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { makeVolume } from '../volume/create.ts';
import type { FillOptions } from '../volume/create-filled.ts';

export interface ImportTemplateOptions extends FillOptions {
  readonly from?: string;
  readonly pool?: string;
}

/**
 * The id of a volume that is filled with what is to be the template, which it becomes then by conversion. It has a name that
 * tells that: the same command again goes on with it, and it can be deleted as any volume. Once there is a template of the
 * name nothing is filled: that is this volume, or the driver says what it is.
 */
export async function importForTemplate(
  context: Context,
  name: string,
  options: ImportTemplateOptions,
): Promise<string> {
  const { driver, ids, terminal } = context;
  const volumeName = `${name}.import`;
  const templateId = ids.template(name);
  const { templates } = await driver.admin.listTemplates({ templateId }, { signal: terminal.signal });
  if (templates.length > 0) return ids.volume(volumeName);
  return (await makeVolume(context, volumeName, fillingOf(options))).volume.id;
}

/** What is said of an import is of no use for a template of something that is there. Throws CliError. */
export function refuseWithoutFrom(options: ImportTemplateOptions): void {
  if (options.from !== undefined || Object.keys(fillingOf(options)).length === 0) return;
  const what = '--size, --fs, --pool and how a source is read';
  throw new CliError(`${what} are for what is imported`, 'say what with --from, or leave them out');
}

function fillingOf(options: ImportTemplateOptions): ImportTemplateOptions {
  const { from, size, fs, pool, checksum, gitRef, as, credentialsFile } = options;
  return {
    ...(from !== undefined && { from }),
    ...(size !== undefined && { size }),
    ...(fs !== undefined && { fs }),
    ...(pool !== undefined && { pool }),
    ...(checksum !== undefined && { checksum }),
    ...(gitRef !== undefined && { gitRef }),
    ...(as !== undefined && { as }),
    ...(credentialsFile !== undefined && { credentialsFile }),
  };
}
