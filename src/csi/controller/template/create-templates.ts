import { randomUUID } from 'node:crypto';
import type { Catalog } from '../../../catalog/catalog.ts';
import { VolumeError } from '../../../domain/errors.ts';
import { groupId, templateId } from '../../../domain/ids.ts';
import { uncutGroup, type SnapshotGroupSpec } from '../../../domain/snapshot-group.ts';
import type { Call } from '../../server/unary.ts';
import type { Creating } from '../deps.ts';
import { ensureCreated } from '../ensure-created.ts';
import { requireReadyVolume } from '../find-resource.ts';
import { withMarks } from '../snapshot-marks.ts';
import {
  checkSameTemplate,
  createTemplate,
  requireSource,
  type TemplateWish,
  type Wanting,
} from './create-template.ts';

/**
 * Makes all of the templates, or none: of several volumes at one moment. A group carries them, and goes once they are
 * there. Safe to repeat, also where a call has ended in between. Throws as `createTemplate`, and FailedPrecondition for
 * volumes of several pools.
 */
export async function createTemplates(wishes: readonly TemplateWish[], creating: Creating, call: Call): Promise<void> {
  const [first, second] = wishes;
  if (first === undefined) throw new VolumeError('InvalidArgument', 'templates is missing: say which are to be made');
  if (second === undefined) {
    await createTemplate(first, creating, call);
    return;
  }
  await createTogether(wishes, creating, call);
}

/** The same, also of one: whatever is asked for is one SnapshotGroup resource until it is decided. */
export async function createTogether(
  wishes: readonly TemplateWish[],
  creating: Creating,
  call: Call,
  wanting?: Wanting,
): Promise<void> {
  refuseOdd(wishes);
  const { catalog } = creating;
  const { groups } = catalog;
  const name = nameOfGroup(wishes);
  const id = groupId(name);
  const isMade = (await groups.find(id)) === undefined && (await areThere(wishes, catalog));
  if (isMade) return;
  const plan = async () => {
    const spec = await planTemplates(name, wishes, catalog);
    await wanting?.stillWanted();
    return spec;
  };
  const creation = { status: uncutGroup, plan, check: () => undefined, refused: wanting?.refused };
  try {
    await ensureCreated(groups, id, creation, creating, call);
  } catch (error) {
    // The agent takes the group away as soon as the templates are in the catalog.
    if (!(await areThere(wishes, catalog))) throw error;
  }
}

/** The id of the SnapshotGroup resource that makes them. */
export function groupOfTemplates(wishes: readonly TemplateWish[]): string {
  return groupId(nameOfGroup(wishes));
}

function nameOfGroup(wishes: readonly TemplateWish[]): string {
  const parts = wishes.map(({ name, source, uuid = '' }) => `${templateId(name)} ${source.id}${uuid && ` ${uuid}`}`);
  return `templates/${groupId(parts.join(' '))}`;
}

/** Throws InvalidArgument for what is asked for twice, or cannot be made together. */
function refuseOdd(wishes: readonly TemplateWish[]): void {
  if (wishes.some(({ source }) => source.kind === 'snapshot')) {
    throw new VolumeError(
      'InvalidArgument',
      'templates of snapshots are made one by one: only volumes have a moment in common',
    );
  }
  for (const what of [wishes.map(({ name }) => name), wishes.map(({ source }) => source.id)]) {
    const twice = what.find((one, index) => what.indexOf(one) !== index);
    if (twice !== undefined) throw new VolumeError('InvalidArgument', `${twice} is named twice: name each once`);
  }
}

/**
 * Whether all are. Of those with a uuid some are enough once their group has gone: it made all of them, and others have been
 * deleted since. Throws AlreadyExists when they are of something else, or only some of those without a uuid are there.
 */
export async function areThere(
  wishes: readonly TemplateWish[],
  { snapshots, groups }: Pick<Catalog, 'snapshots' | 'groups'>,
): Promise<boolean> {
  const present: string[] = [];
  for (const wish of wishes) {
    const found = await snapshots.find(templateId(wish.name));
    if (found === undefined) continue;
    checkSameTemplate(found, wish);
    present.push(wish.name);
  }
  if (present.length === 0) return false;
  if (present.length === wishes.length) return true;
  if (wishes.every(({ uuid }) => uuid !== undefined))
    return (await groups.find(groupOfTemplates(wishes))) === undefined;
  const message = `template ${present.join(', ')} exists already, and all are made together: choose other names`;
  throw new VolumeError('AlreadyExists', message);
}

async function planTemplates(
  name: string,
  wishes: readonly TemplateWish[],
  catalog: Catalog,
): Promise<SnapshotGroupSpec> {
  const found = await Promise.all(
    wishes.map(async (wish) => ({ wish, volume: await requireReadyVolume(catalog, wish.source.id) })),
  );
  for (const { wish, volume } of found) await requireSource(volume, wish.convert, catalog);
  const pools = [...new Set(found.map(({ volume }) => volume.spec.pool))].sort();
  const [pool] = pools;
  if (pool === undefined || pools.length > 1) {
    const message = `the volumes are in pools ${pools.join(', ')}`;
    throw new VolumeError('FailedPrecondition', `${message}: only those of one pool become templates together`);
  }
  const members = found.map(({ wish, volume }) => ({
    sourceVolumeId: volume.id,
    snapshotId: templateId(wish.name),
    uuid: wish.uuid ?? randomUUID(),
    template: wish.name,
    ...(wish.convert && { convertedUuid: volume.spec.uuid }),
  }));
  const marks = withMarks({}, wishes[0]?.marks ?? { tags: {} });
  const common = { desired: 'Present', revision: 1, name, uuid: randomUUID(), parameters: {} } as const;
  return { ...common, pool, members, ...marks };
}
