import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import { formatJson, type OutputOptions } from '../output.ts';
import { formatFields } from '../table.ts';
import { formatTags } from '../volume/describe-volume.ts';
import { formatOrigin, plainTemplate } from './describe-template.ts';
import { requireTemplate } from './require-template.ts';

/** `tome template show`: everything about one, with the volumes that keep it from being deleted. */
export async function showTemplate(context: Context, name: string, { output }: OutputOptions): Promise<void> {
  const { terminal } = context;
  const template = await requireTemplate(context, name);
  if (output === 'json') {
    terminal.print(formatJson(plainTemplate(template)));
    return;
  }
  const { id, state, message, sizeBytes, heldBytes, mode, pool, creationTime, tags, deleteLock, clones } = template;
  terminal.print(
    formatFields([
      ['name', template.name],
      ['id', id],
      ['state', message === '' ? state : `${state}: ${message}`],
      ['size', formatSize(Number(sizeBytes))],
      ['held', formatSize(Number(heldBytes))],
      ['mode', mode],
      ['pool', pool],
      ['made from', formatOrigin(template)],
      ['made', creationTime],
      ['tags', formatTags(tags)],
      ['delete lock', deleteLock ? 'on' : 'off'],
      ['clones', clones.join(', ')],
    ]),
  );
}
