import { pods } from '../catalog/kubernetes/apis.ts';
import type { Claim, Pod, VolumeImport } from './objects.ts';
import { tell, type PopulatorDeps, type State } from './deps.ts';
import { FAILURES, FILLED } from './settings.ts';
import { shownSource } from './shown-source.ts';
import { primePlace } from './steps.ts';
import { warningAbout } from './warning-about.ts';

/** Milliseconds until it is tried again: longer after each failure. */
const FIRST_MS = 10_000;
const MOST_MS = 300_000;

export interface Running {
  readonly claim: Claim;
  /** The one whose volume the pod has. */
  readonly prime: Claim;
  readonly pod: Pod;
  readonly source: VolumeImport;
}

/** Notes, durably, that a pod has succeeded; has one that failed tried again after a time; else says how far it is. */
export async function lookAtPod(running: Running, deps: PopulatorDeps): Promise<State> {
  const { claim, prime, pod } = running;
  const { client } = deps;
  const place = primePlace(claim, deps);
  const lost = lostNodeOf(pod);
  if (lost !== undefined) {
    const message = `node ${lost}, which has the volume, does not answer: the import goes on once it is back`;
    tell(claim, deps, { type: 'Warning', reason: 'ImportWaits', message });
    return { state: 'Waiting', message };
  }
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'Retrying', message: 'the last pod is ending' };
  switch (pod.status.phase) {
    case 'Succeeded':
      await client.merge(
        place,
        // Of no other one that has its name by now.
        { metadata: { resourceVersion: prime.metadata.resourceVersion, annotations: { [FILLED]: 'true' } } },
      );
      return { state: 'Finishing', message: 'all is in the volume' };
    case 'Failed':
      return failed(running, deps);
    default:
      return (await unmadeVolume(running, deps)) ?? { state: 'Importing', message: await progressOf(pod, deps) };
  }
}

/** Only the cluster says of a container that runs, and that nobody probes, that it is not ready: when its node is silent. */
function lostNodeOf({ spec, status }: Pod): string | undefined {
  const isReady = status.conditions.every(({ type, status: value }) => type !== 'Ready' || value === 'True');
  const isRunning = status.containerStatuses[0]?.state.running !== undefined;
  return isRunning && !isReady ? spec.nodeName : undefined;
}

/** What the provisioner says is about a claim that the user does not see. Undefined when there is a volume, or nothing is said. */
async function unmadeVolume({ claim, prime }: Running, deps: PopulatorDeps): Promise<State> {
  if (prime.spec.volumeName !== undefined) return undefined;
  const message = await warningAbout(primePlace(claim, deps), deps.client);
  if (message === undefined) return undefined;
  tell(claim, deps, { type: 'Warning', reason: 'ImportWaits', message });
  return { state: 'Waiting', message };
}

async function failed({ claim, prime, pod, source }: Running, deps: PopulatorDeps): Promise<State> {
  const { client, now } = deps;
  const place = primePlace(claim, deps);
  const failures = Number(prime.metadata.annotations[FAILURES] ?? '0');
  const ended = pod.status.containerStatuses[0]?.state.terminated;
  const why = whyOf(pod);
  const waitMs = Math.min(FIRST_MS * 2 ** failures, MOST_MS);
  const endedAt = Date.parse(ended?.finishedAt ?? '') || 0;
  if (now() < endedAt + waitMs) return { state: 'Retrying', message: why };
  // Once for each time that it has failed.
  tell(claim, deps, { type: 'Warning', reason: 'ImportFailed', message: `${shownSource(source.spec.source)}: ${why}` });
  const annotations = { [FAILURES]: String(failures + 1) };
  await client.merge(place, { metadata: { annotations } });
  await client.remove({ ...place, api: pods });
  return { state: 'Retrying', message: why };
}

/** What our own program said at last, without how far it had come; else how the pod ended, and its last line. */
function whyOf({ status }: Pod): string {
  const ended = status.containerStatuses[0]?.state.terminated;
  const said = (ended?.message ?? status.message ?? '').trim();
  const own = /^tome: .*$/ms.exec(said)?.[0];
  if (own !== undefined) return own.slice('tome: '.length).replaceAll('\n', '; ');
  const how = ended && `${ended.reason ?? 'Error'}, exit code ${ended.exitCode}`;
  return ['the pod has failed', how, said.split('\n').at(-1)].filter(Boolean).join(': ');
}

/** What keeps it from starting, else its own last line. */
async function progressOf({ metadata, status }: Pod, { client }: PopulatorDeps): Promise<string> {
  const waiting = status.containerStatuses[0]?.state.waiting;
  if (waiting !== undefined) return [waiting.reason, waiting.message].filter(Boolean).join(': ');
  const unscheduled = status.conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  if (unscheduled !== undefined) return unscheduled.message ?? 'the pod waits for a node';
  if (status.phase !== 'Running') return 'the pod is starting';
  return (await client.log(metadata, 1)).trim() || 'the pod runs';
}
