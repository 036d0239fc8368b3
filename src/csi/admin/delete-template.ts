import { isTemplateId } from '../../domain/ids.ts';
import { VolumeError } from '../../domain/errors.ts';
import type { Asking } from '../controller/deps.ts';
import { deleteTemplate } from '../controller/template/delete-template.ts';
import type { DeleteTemplateRequest__Output } from '../gen/tome/v1/DeleteTemplateRequest.ts';
import type { DeleteTemplateResponse } from '../gen/tome/v1/DeleteTemplateResponse.ts';
import type { Call } from '../server/unary.ts';

/** Deletes a template that has no clones; deleting what is gone succeeds. Throws as `deleteTemplate`. */
export async function deleteTemplateByRequest(
  { templateId }: DeleteTemplateRequest__Output,
  asking: Asking,
  call: Call,
): Promise<DeleteTemplateResponse> {
  if (!isTemplateId(templateId)) throw new VolumeError('InvalidArgument', 'template_id is not the id of a template');
  await deleteTemplate(templateId, asking, call);
  return {};
}
