import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { makeVolume } from '../volume/create.ts';
import type { FillOptions } from '../volume/create-filled.ts';

export interface ImportTemplateOptions extends FillOptions {
  readonly from?: string;
  readonly pool?: string;
}

/** The volume that is filled with what is to be a template. */
export function importVolumeOf(template: string): string {
  return `${template}.import`;
}

/**
 * The id of a volume that is filled with what is to be the template, which it becomes then by conversion. Its name tells that,
 * and so does what it keeps of its source, by which a person's volume of this name is told from it: that is never converted.
 * The same command again goes on with it, and it can be deleted as any volume. Once there is a template of the name nothing is
 * filled: that is this volume, or the driver says what it is.
 */
export async function importForTemplate(
  context: Context,
  name: string,
  options: ImportTemplateOptions,
): Promise<string> {
  const { driver, ids, terminal } = context;
  const volumeName = importVolumeOf(name);
  const templateId = ids.template(name);
  const { templates } = await driver.admin.listTemplates({ templateId }, { signal: terminal.signal });
  if (templates.length > 0) return ids.volume(volumeName);
  const { volume, wasReady } = await makeVolume(context, volumeName, {
    ...fillingOf(options),
    purpose: `for template ${name}`,
  });
  if (wasReady) terminal.note(`volume ${volumeName} has all of it since an earlier attempt: nothing is read again`);
  return volume.id;
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
