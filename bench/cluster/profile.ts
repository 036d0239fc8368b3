import { volumeId } from '../../src/domain/ids.ts';
import type { Measure } from '../support/report.ts';
import { median } from '../support/statistics.ts';
import type { DriverCall, DriverMethod } from './driver-calls.ts';
import type { Start } from './start-pod.ts';

export interface VolumeStart extends Start {
  readonly create: DriverCall;
  readonly stage: DriverCall;
  readonly publish: DriverCall;
}

/** Each start with the driver's calls for its volume. Throws when one is missing, or was needed twice. */
export function volumeStarts(starts: readonly Start[], calls: readonly DriverCall[]): readonly VolumeStart[] {
  return starts.map((start) => {
    const id = volumeId(start.volumeName);
    const only = (method: DriverMethod): DriverCall => {
      const found = calls.filter((call) => call.volumeId === id && call.method === method);
      const [call] = found;
      if (call === undefined || found.length > 1)
        throw new Error(`${method} of ${id} was called ${found.length} times, not once`);
      return call;
    };
    return {
      ...start,
      create: only('CreateVolume'),
      stage: only('NodeStageVolume'),
      publish: only('NodePublishVolume'),
    };
  });
}

/** What happens one after another, p50 of each. The clocks of the nodes and of this machine must be in step. */
export function profileOf(starts: readonly VolumeStart[]): readonly Measure[] {
  const step = (what: string, ms: (start: VolumeStart) => number): Measure => ({
    name: `- ${what}`,
    value: median(starts.map(ms)),
    unit: 'ms',
  });
  const isLate = starts.every(({ placed }) => !Number.isNaN(placed));
  const placing = [
    step('applied, until the scheduler has chosen a node', ({ applied, placed }) => placed - applied),
    step('until CreateVolume is called', ({ placed, create }) => beginOf(create) - placed),
  ];
  return [
    ...(isLate
      ? placing
      : [step('applied, until CreateVolume is called', (start) => beginOf(start.create) - start.applied)]),
    step('CreateVolume', ({ create }) => create.ms),
    step('until the claim is bound', ({ create, bound }) => bound - create.end),
    // With late binding, kube-scheduler looks a second after it chose the node, then every second.
    step('until the pod is scheduled', ({ bound, scheduled }) => scheduled - bound),
    step('until NodeStageVolume is called', ({ scheduled, stage }) => beginOf(stage) - scheduled),
    step('NodeStageVolume', ({ stage }) => stage.ms),
    step('until NodePublishVolume is called', ({ stage, publish }) => beginOf(publish) - stage.end),
    step('NodePublishVolume', ({ publish }) => publish.ms),
    step('until the pod runs', ({ publish, running }) => running - publish.end),
  ];
}

function beginOf({ end, ms }: DriverCall): number {
  return end - ms;
}
