import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { events, namespaces, persistentVolumes, tomeSnapshots, tomeVolumes } from './kinds.ts';
import { messageOf } from './messages.ts';
import { create, list, remove } from './objects.ts';
import { Space } from './space.ts';
import { waitFor, watchUntil } from './wait.ts';

/**
 * A namespace for the tests of a file, gone after them with every volume that was made in it: what stays is a failure. When
 * a test fails, prints what Kubernetes has told about it.
 */
export function useSpace(name: string): Space {
  const space = new Space(`e2e-${name}-${randomBytes(3).toString('hex')}`);

  before(async () => {
    await create(namespaces, { metadata: { name: space.name } });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.error(await story(space.name));
  });

  after(async () => {
    await remove({ kind: namespaces, name: space.name });
    await waitFor({ kind: namespaces, name: space.name }, 'gone', (object) => object === undefined, 120_000);
    await watchUntil(persistentVolumes, {}, (all) => !all.some(({ spec }) => spec?.claimRef?.namespace === space.name));
    const isOurs = ({ spec }: { spec: { claim?: string } }) => spec.claim?.startsWith(`${space.name}/`) ?? false;
    await watchUntil(tomeVolumes, {}, (all) => !all.some(isOurs));
    const left = (await list(tomeVolumes)).filter(isOurs).map(({ metadata }) => metadata?.name);
    expect(left, `volumes that stay after ${space.name}`).to.deep.equal([]);
  });

  return space;
}

/** Snapshots name no claim: the ones of a volume go with their VolumeSnapshots. */
export async function snapshotsOf(volume: string): Promise<readonly string[]> {
  const found = await list(tomeSnapshots);
  return found.filter(({ spec }) => spec.sourceVolumeId === volume).map(({ metadata }) => metadata?.name ?? '');
}

/** What was not as usual. */
async function story(namespace: string): Promise<string> {
  const warnings = (await list(events, { namespace })).filter(({ type }) => type === 'Warning');
  const lines = warnings.map(
    (event) => `  ${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''} ${messageOf(event)}`,
  );
  return `Warnings in ${namespace}:\n${lines.join('\n')}`;
}
