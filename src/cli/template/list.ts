import type { TemplateInfo__Output } from '../../csi/gen/tome/v1/TemplateInfo.ts';
import { formatSize } from '../../domain/sizes.ts';
import type { Context } from '../context.ts';
import type { OutputOptions } from '../output.ts';
import { printList } from '../print-list.ts';
import type { Column } from '../table.ts';
import { formatTags } from '../volume/describe-volume.ts';
import { formatOrigin, plainTemplate } from './describe-template.ts';

export interface ListOptions extends OutputOptions {
  readonly pool?: string;
  readonly tag?: Readonly<Record<string, string>>;
}

const columns: readonly Column<TemplateInfo__Output>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'SIZE', cell: ({ sizeBytes }) => formatSize(Number(sizeBytes)), alignRight: true },
  { title: 'HELD', cell: ({ heldBytes }) => formatSize(Number(heldBytes)), alignRight: true },
  { title: 'MODE', cell: ({ mode }) => mode },
  { title: 'CLONES', cell: ({ clones }) => String(clones.length), alignRight: true },
  { title: 'LOCKED', cell: ({ deleteLock }) => (deleteLock ? 'yes' : 'no') },
];

const wideColumns: readonly Column<TemplateInfo__Output>[] = [
  { title: 'FROM', cell: formatOrigin },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'TAGS', cell: ({ tags }) => formatTags(tags) },
  { title: 'ID', cell: ({ id }) => id },
];

/** `tome template ls`. */
export async function listTemplates(
  { terminal, driver }: Context,
  { output, pool, tag = {} }: ListOptions,
): Promise<void> {
  const request = { pool: pool ?? '', tags: tag };
  const { templates } = await driver.admin.listTemplates(request, { signal: terminal.signal });
  const whenEmpty = 'no templates; make one: tome template create NAME --volume VOLUME';
  printList(terminal, { rows: templates, columns, wideColumns, plain: plainTemplate, whenEmpty }, output);
  if (output === 'json') return;
  for (const { name, message } of templates) if (message !== '') terminal.note(`${name}: ${message}`);
}
