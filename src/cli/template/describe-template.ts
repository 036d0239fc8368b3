import type { TemplateInfo__Output } from '../../csi/gen/tome/v1/TemplateInfo.ts';
import { formatSource, sourceOf } from '../volume/describe-volume.ts';

/** What it was made of; a volume that has become it is not there any more. */
export function formatOrigin(template: TemplateInfo__Output): string {
  if (template.converted) return 'a volume, converted';
  return formatSource(template);
}

/** What a program reads of one: sizes in bytes, as numbers. */
export function plainTemplate({ sizeBytes, heldBytes, createdFrom, ...rest }: TemplateInfo__Output): object {
  return {
    ...rest,
    sizeBytes: Number(sizeBytes),
    heldBytes: Number(heldBytes),
    createdFrom: createdFrom && { ...sourceOf(createdFrom), name: createdFrom.name },
  };
}
