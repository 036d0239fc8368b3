import type { TemplateWish } from '../../csi/gen/tome/v1/TemplateWish.ts';
import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { markParameters } from '../marks.ts';
import { requireSnapshot } from '../snapshot/require-snapshot.ts';
import { untilDone } from '../until-done.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { requireTemplate } from './require-template.ts';

export interface CreateOptions {
  readonly volume?: string;
  readonly snapshot?: string;
  readonly convert?: true;
  readonly tag?: Readonly<Record<string, string>>;
  readonly lock?: true;
}

/** `tome template create`. The same command again finds the same template, also where its volume has become it. */
export async function createTemplate(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { driver, ids, terminal } = context;
  if (ids.template(name) === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const templates = [{ name, ...(await findSource(context, options)) }];
  const request = { templates, convert: options.convert === true, marks: markParameters(options) };
  await untilDone(context, (call) => driver.admin.createTemplates(request, call)).catch(hint(hints));
  const { state } = await requireTemplate(context, name);
  terminal.print(`template ${name} is ${state.toLowerCase()}`);
  terminal.note(`next: tome volume create NAME --template ${name}`);
}

export const hints = {
  ALREADY_EXISTS: 'choose another name, or look at the templates: tome template ls',
  FAILED_PRECONDITION: 'nothing has changed; see what there is: tome volume ls',
  NOT_FOUND: 'see what there is: tome volume ls, tome snapshot ls',
};

async function findSource(context: Context, options: CreateOptions): Promise<Omit<TemplateWish, 'name'>> {
  const { volume, snapshot, convert } = options;
  if (snapshot !== undefined) return { snapshotId: (await requireSnapshot(context, snapshot)).id };
  if (volume === undefined) throw new CliError('of what?', 'say it with --volume NAME or --snapshot NAME');
  // One that was converted before is not there any more; the driver knows what has become of it.
  if (convert === true) return { volumeId: context.ids.volume(volume) };
  return { volumeId: (await requireVolume(context, volume)).id };
}
