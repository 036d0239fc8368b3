import { hint } from '../call-error.ts';
import type { Context } from '../context.ts';
import { unlockAdvice } from '../unlock-advice.ts';
import { untilDone } from '../until-done.ts';
import { requireTemplate } from './require-template.ts';

/** `tome template rm`: all are looked for before the first is deleted. */
export async function removeTemplates(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  const templates = await Promise.all(names.map((name) => requireTemplate(context, name)));
  for (const [index, { id: templateId }] of templates.entries()) {
    const name = names[index] ?? templateId;
    await untilDone(context, (call) => driver.admin.deleteTemplate({ templateId }, call)).catch(
      hint({ FAILED_PRECONDITION: unlockAdvice('template', name, `see what keeps it: tome template show ${name}`) }),
    );
    terminal.print(`template ${name} is deleted`);
  }
}
