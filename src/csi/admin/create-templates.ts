import { VolumeError } from '../../domain/errors.ts';
import type { Creating } from '../controller/deps.ts';
import { parseMarks, type MarkChanges } from '../controller/snapshot-marks.ts';
import type { TemplateWish } from '../controller/template/create-template.ts';
import { createTemplates } from '../controller/template/create-templates.ts';
import type { CreateTemplatesRequest__Output } from '../gen/tome/v1/CreateTemplatesRequest.ts';
import type { CreateTemplatesResponse } from '../gen/tome/v1/CreateTemplatesResponse.ts';
import type { TemplateWish__Output } from '../gen/tome/v1/TemplateWish.ts';
import { requireId, requireName } from '../server/require.ts';
import type { Call } from '../server/unary.ts';

/** Makes templates of volumes and snapshots, several at one moment. Safe to repeat. Throws as `createTemplates`. */
export async function createTemplatesByRequest(
  { templates, convert, marks }: CreateTemplatesRequest__Output,
  creating: Creating,
  call: Call,
): Promise<CreateTemplatesResponse> {
  const changes = parseMarks(marks);
  await createTemplates(
    templates.map((template) => parseWish(template, convert, changes)),
    creating,
    call,
  );
  return {};
}

function parseWish({ name, ...source }: TemplateWish__Output, convert: boolean, marks: MarkChanges): TemplateWish {
  const common = { name: requireName(name), convert, marks };
  const { volumeId, snapshotId } = source;
  if (volumeId !== undefined) return { ...common, source: { kind: 'volume', id: requireId(volumeId, 'volume_id') } };
  if (snapshotId === undefined) throw new VolumeError('InvalidArgument', `template "${name}" needs a source: name one`);
  return { ...common, source: { kind: 'snapshot', id: requireId(snapshotId, 'snapshot_id') } };
}
