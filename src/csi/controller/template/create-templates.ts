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
import { checkSameTemplate, createTemplate, requireSource, type TemplateWish } from './create-template.ts';

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
  refuseOdd(wishes);
  const { groups } = creating.catalog;
  const name = `templates/${groupId(wishes.map((wish) => `${templateId(wish.name)} ${wish.source.id}`).join(' '))}`;
  const id = groupId(name);
  const { catalog } = creating;
  const isMade = (await groups.find(id)) === undefined && (await areThere(wishes, catalog));
  if (isMade) return;
  const plan = () => planTemplates(name, wishes, catalog);
  try {
    await ensureCreated(groups, id, { status: uncutGroup, plan, check: () => undefined }, creating, call);
  } catch (error) {
    // The agent takes the group away as soon as the templates are in the catalog.
    if (!(await areThere(wishes, catalog))) throw error;
  }
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

/** Whether all are. Throws AlreadyExists when some are, or they are of something else. */
async function areThere(wishes: readonly TemplateWish[], { snapshots }: Catalog): Promise<boolean> {
  const present: string[] = [];
  for (const wish of wishes) {
    const found = await snapshots.find(templateId(wish.name));
    if (found === undefined) continue;
    checkSameTemplate(found, wish);
    present.push(wish.name);
  }
  if (present.length === 0) return false;
  if (present.length === wishes.length) return true;
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
    uuid: randomUUID(),
    template: wish.name,
    ...(wish.convert && { convertedUuid: volume.spec.uuid }),
  }));
  const marks = withMarks({}, wishes[0]?.marks ?? { tags: {} });
  const common = { desired: 'Present', revision: 1, name, uuid: randomUUID(), parameters: {} } as const;
  return { ...common, pool, members, ...marks };
}
