import type { TemplateWish } from '../../csi/gen/tome/v1/TemplateWish.ts';
import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { markParameters } from '../marks.ts';
import { requireSnapshot } from '../snapshot/require-snapshot.ts';
import { untilDone } from '../until-done.ts';
import { formatTags } from '../volume/describe-volume.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { importForTemplate, importVolumeOf, refuseWithoutFrom, type ImportTemplateOptions } from './import.ts';
import { requireTemplate } from './require-template.ts';

export interface CreateOptions extends ImportTemplateOptions {
  readonly volume?: readonly string[];
  readonly allOf?: Readonly<Record<string, string>>;
  readonly snapshot?: string;
  readonly convert?: true;
  readonly tag?: Readonly<Record<string, string>>;
  readonly lock?: true;
}

/** `tome template create`. The same command again finds the same templates, also where its volumes have become them. */
export async function createTemplate(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { driver, ids, terminal } = context;
  if (ids.template(name) === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const templates = await findSources(context, name, options);
  const convert = options.convert === true || options.from !== undefined;
  const request = { templates, convert, marks: markParameters(options) };
  for (const template of templates) ids.template(template.name);
  const advice = options.from === undefined ? hints : importHints(name);
  await untilDone(context, (call) => driver.admin.createTemplates(request, call)).catch(hint(advice));
  for (const template of templates) {
    const { state } = await requireTemplate(context, template.name);
    terminal.print(`template ${template.name} is ${state.toLowerCase()}`);
  }
  terminal.note(`next: tome volume create NAME --template ${templates[0]?.name ?? name}`);
}

const hints = {
  ALREADY_EXISTS: 'look at the templates: tome template ls',
  FAILED_PRECONDITION: 'nothing has changed; see what there is: tome volume ls',
  NOT_FOUND: 'see what there is: tome volume ls, tome snapshot ls',
};

/** All is imported by then. */
function importHints(name: string): Parameters<typeof hint>[0] {
  const volume = importVolumeOf(name);
  const stays = `what is imported is in volume ${volume}: the same command again goes on; to give up: tome volume rm ${volume}`;
  const refusals = { FAILED_PRECONDITION: stays, RESOURCE_EXHAUSTED: stays, UNAVAILABLE: stays, INTERNAL: stays };
  return { ALREADY_EXISTS: hints.ALREADY_EXISTS, ...refusals };
}

type Wish = TemplateWish & { readonly name: string };

async function findSources(context: Context, name: string, options: CreateOptions): Promise<Wish[]> {
  const { snapshot, convert, from } = options;
  if (from !== undefined) return [{ name, volumeId: await importForTemplate(context, name, options) }];
  refuseWithoutFrom(options);
  if (snapshot !== undefined) return [{ name, snapshotId: (await requireSnapshot(context, snapshot)).id }];
  const volumes = options.allOf === undefined ? options.volume : await namesOf(context, options.allOf);
  if (volumes === undefined || volumes.length === 0) {
    throw new CliError('of what?', 'say it with --volume NAME, --all-of TAG, --snapshot NAME or --from SOURCE');
  }
  if (volumes.length > 1 && !name.includes(PLACE)) {
    throw new CliError(
      `these are ${volumes.length} templates`,
      `write their names with the volumes' in them: ${name}-${PLACE}`,
    );
  }
  // One that was converted before is not there any more; the driver knows what has become of it.
  const idOf = async (volume: string) =>
    convert === true ? context.ids.volume(volume) : (await requireVolume(context, volume)).id;
  return Promise.all(
    volumes.map(async (volume) => ({ name: name.replaceAll(PLACE, () => volume), volumeId: await idOf(volume) })),
  );
}

const PLACE = '{volume}';

async function namesOf({ driver, terminal }: Context, tags: Readonly<Record<string, string>>): Promise<string[]> {
  const { volumes } = await driver.admin.listVolumes({ tags }, { signal: terminal.signal });
  if (volumes.length === 0) {
    const all = Object.keys(tags).length === 1 ? 'the tag' : 'all the tags';
    throw new CliError(`no volume has ${all} ${formatTags(tags)}`, 'see what there is: tome volume ls');
  }
  return volumes.map(({ name }) => name);
}
