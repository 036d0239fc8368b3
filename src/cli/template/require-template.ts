import type { TemplateInfo__Output } from '../../csi/gen/tome/v1/TemplateInfo.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The template of this name. Throws CliError when there is none. */
export async function requireTemplate(
  { driver, ids, terminal: { signal } }: Context,
  name: string,
): Promise<TemplateInfo__Output> {
  const [template] = (await driver.admin.listTemplates({ templateId: ids.template(name) }, { signal })).templates;
  if (template === undefined) throw new CliError(`there is no template ${name}`, 'see what there is: tome template ls');
  return template;
}
