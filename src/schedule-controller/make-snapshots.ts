import * as z from 'zod';
import type { Place } from '../catalog/kubernetes/api.ts';
import { claims, groupSnapshots, volumeSnapshots } from '../catalog/kubernetes/apis.ts';
import { selectorText } from '../catalog/kubernetes/label-selector.ts';
import type { ObjectClient } from '../catalog/kubernetes/object-client.ts';
import { VolumeError } from '../domain/errors.ts';
import type { Outcome } from '../domain/schedule.ts';
import type { SnapshotSchedule } from '../domain/snapshot-schedule.ts';
import { CLAIM_UIDS, nameOfCut, SCHEDULE, SCHEDULE_UID } from './names.ts';
import { isMadeBy, snapshotSchema } from './snapshot-object.ts';

type SnapshotClient = Pick<ObjectClient, 'list' | 'create' | 'find'>;

const claimSchema = z.object({
  metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }),
});

/**
 * Asks for what a schedule wants for one time (milliseconds since the epoch): a VolumeSnapshot of each claim, or one
 * VolumeGroupSnapshot. What is refused does not stop the rest. Safe to repeat, and for several replicas at once: the names
 * are those of the time. Throws when the API server does not answer.
 */
export async function makeSnapshots(
  schedule: SnapshotSchedule,
  time: number,
  { client }: { readonly client: SnapshotClient },
): Promise<Outcome> {
  const { namespace, name, spec } = schedule;
  const query = { labelSelector: selectorText(spec.claimSelector) };
  const found = await client.list(claims, namespace, query, claimSchema);
  const selected = found
    .map(({ metadata }) => metadata)
    .filter(({ deletionTimestamp }) => deletionTimestamp === undefined);
  const outcome = { time: new Date(time).toISOString() };
  if (selected.length === 0) return { ...outcome, made: 0, problems: ['claimSelector matches no claim'] };

  const wanted = spec.together
    ? [groupSnapshotOf(schedule, selected, nameOfCut(name, time))]
    : selected.map((claim) => snapshotOf(schedule, claim, nameOfCut(name, time, claim.name)));
  const tries = await Promise.all(wanted.map((one) => attempt(one, schedule, client)));
  const problems = tries.filter((problem) => problem !== undefined);
  return { ...outcome, made: tries.length - problems.length, problems };
}

type Claim = z.infer<typeof claimSchema>['metadata'];

interface Wanted {
  readonly place: Place;
  readonly what: string;
  readonly body: object;
}

/** Why it is not there; undefined when it is. */
async function attempt(
  { place, what, body }: Wanted,
  schedule: SnapshotSchedule,
  client: SnapshotClient,
): Promise<string | undefined> {
  const creation = await client.create(place, body);
  if (creation.kind === 'created') return undefined;
  if (creation.kind === 'refused') return `${what}: ${creation.error.message}`;
  const { name } = place;
  const present = await client.find(place, snapshotSchema);
  // A conflict may also be about something else: a ResourceQuota that many count in at once.
  if (present === undefined) throw new VolumeError('Aborted', `${name} is neither made nor refused; it is tried again`);
  if (isMadeBy(present, schedule)) return undefined;
  return `${what}: ${name} is there, and this schedule has not made it: delete that first`;
}

function snapshotOf(schedule: SnapshotSchedule, claim: Claim, name: string): Wanted {
  const { namespace, spec } = schedule;
  const { snapshotClassName } = spec;
  const body = {
    apiVersion: `${volumeSnapshots.group}/${volumeSnapshots.version}`,
    kind: 'VolumeSnapshot',
    metadata: metadataOf(schedule, [claim], name),
    spec: {
      source: { persistentVolumeClaimName: claim.name },
      ...(snapshotClassName !== undefined && { volumeSnapshotClassName: snapshotClassName }),
    },
  };
  return { place: { api: volumeSnapshots, namespace, name }, what: claim.name, body };
}

function groupSnapshotOf(schedule: SnapshotSchedule, selected: readonly Claim[], name: string): Wanted {
  const { namespace, spec } = schedule;
  const { snapshotClassName, claimSelector } = spec;
  const body = {
    apiVersion: `${groupSnapshots.group}/${groupSnapshots.version}`,
    kind: 'VolumeGroupSnapshot',
    metadata: metadataOf(schedule, selected, name),
    spec: {
      source: { selector: claimSelector },
      ...(snapshotClassName !== undefined && { volumeGroupSnapshotClassName: snapshotClassName }),
    },
  };
  return { place: { api: groupSnapshots, namespace, name }, what: 'all claims together', body };
}

function metadataOf({ name: schedule, uid }: SnapshotSchedule, of: readonly Claim[], name: string): object {
  const annotations = { [SCHEDULE_UID]: uid, [CLAIM_UIDS]: of.map((claim) => claim.uid).join(',') };
  return { name, labels: { [SCHEDULE]: schedule }, annotations };
}
