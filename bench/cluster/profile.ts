import { volumeId } from '../../src/domain/ids.ts';
import type { Measure } from '../support/report.ts';
import { median } from '../support/statistics.ts';
import type { DriverCall, DriverMethod } from './driver-calls.ts';
import type { Start } from './start-pod.ts';

/** What one method did for a volume: of several calls, as after a failure, their sum. */
interface Work {
  /** Milliseconds in the driver, and since the epoch. */
  readonly ms: number;
  readonly begin: number;
  readonly end: number;
}

export interface VolumeStart extends Start {
  readonly create: Work;
  readonly stage: Work;
  readonly publish: Work;
}

/** Each start with the driver's calls for its volume. Throws when it does not know of them. */
export function volumeStarts(starts: readonly Start[], calls: readonly DriverCall[]): readonly VolumeStart[] {
  return starts.map((start) => {
    const id = volumeId(start.volumeName);
    const work = (method: DriverMethod): Work => {
      const own = calls.filter((call) => call.volumeId === id && call.method === method);
      if (own.length === 0) throw new Error(`the driver's logs have no ${method} of ${id}`);
      return {
        ms: own.reduce((sum, { ms }) => sum + ms, 0),
        begin: Math.min(...own.map(({ ms, end }) => end - ms)),
        end: Math.max(...own.map(({ end }) => end)),
      };
    };
    return {
      ...start,
      create: work('CreateVolume'),
      stage: work('NodeStageVolume'),
      publish: work('NodePublishVolume'),
    };
  });
}

/** What happens one after another, p50 of each. */
export function profileOf(starts: readonly VolumeStart[]): readonly Measure[] {
  const all = starts.map(stepsOf);
  const names = all[0]?.map(([name]) => name) ?? [];
  return names.map((name, index) => ({
    name: `- ${name}`,
    value: median(all.map((steps) => steps[index]?.[1] ?? NaN)),
    unit: 'ms',
  }));
}

/** The steps of the start that took longest, for whoever wonders what it waited for. */
export function describeSlowest(starts: readonly VolumeStart[]): string {
  const [slowest] = starts.toSorted((a, b) => b.running - b.applied - (a.running - a.applied));
  if (slowest === undefined) return '';
  const steps = stepsOf(slowest).map(([name, ms]) => `  ${ms.toFixed(0)} ms ${name}`);
  return [`slowest: ${slowest.volumeName}, ${new Date(slowest.applied).toISOString()}`, ...steps, ''].join('\n');
}

/** Milliseconds of each. The clocks of the nodes and of this machine must be in step. */
function stepsOf(start: VolumeStart): readonly (readonly [string, number])[] {
  const { applied, placed, create, bound, scheduled, stage, publish, running } = start;
  const untilCreate: readonly (readonly [string, number])[] = Number.isNaN(placed)
    ? [['applied, until CreateVolume is called', create.begin - applied]]
    : [
        ['applied, until the scheduler has chosen a node', placed - applied],
        ['until CreateVolume is called', create.begin - placed],
      ];
  return [
    ...untilCreate,
    ['CreateVolume', create.ms],
    ['until the claim is bound', bound - create.end],
    // With late binding, kube-scheduler looks a second after it chose the node, then every second.
    ['until the pod is scheduled', scheduled - bound],
    ['until NodeStageVolume is called', stage.begin - scheduled],
    ['NodeStageVolume', stage.ms],
    ['until NodePublishVolume is called', publish.begin - stage.end],
    ['NodePublishVolume', publish.ms],
    ['until the pod runs', running - publish.end],
  ];
}
