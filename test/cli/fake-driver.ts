import type { VolumeInfo } from '../../src/csi/gen/tome/v1/VolumeInfo.ts';
import type { Service } from '../../src/csi/server/implement.ts';
import type { Handler } from '../../src/csi/server/unary.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { serveForTest, type Served } from '../support/serve-for-test.ts';

type Answer = Handler<never, object>;

export interface FakeDriver extends Served {
  /** Names of the calls so far, but for those that only look. */
  readonly calls: readonly string[];
}

const LOOKS = new Set(['listVolumes', 'nodeGetInfo']);

/** A server that answers as told, for what a driver does not do on demand. It knows one volume, `data`. */
export async function serveFake(
  answers: Readonly<Record<string, Answer>>,
  volume: VolumeInfo = {},
): Promise<FakeDriver> {
  const calls: string[] = [];
  const empty: Answer = () => Promise.resolve({});
  const known: Readonly<Record<string, Answer>> = {
    listVolumes: () => Promise.resolve({ volumes: [{ id: volumeId('data'), name: 'data', mode: 'ext4', ...volume }] }),
    nodeGetInfo: () => Promise.resolve({ nodeId: 'node-1' }),
    controllerPublishVolume: empty,
    controllerUnpublishVolume: empty,
    nodeStageVolume: empty,
    nodeUnstageVolume: empty,
    nodePublishVolume: empty,
    nodeUnpublishVolume: empty,
    ...answers,
  };
  const recorded = Object.entries(known).map(([name, answer]): [string, Answer] => [
    name,
    (request, context) => {
      if (!LOOKS.has(name)) calls.push(name);
      return answer(request, context);
    },
  ]);
  const handlers = new Map(recorded);
  const names: readonly Service['name'][] = ['csi.v1.Controller', 'csi.v1.Node', 'tome.v1.Admin'];
  // `listVolumes` is a method of two services; the commands call Admin's.
  return { ...(await serveForTest(names.map((name) => ({ name, handlers })))), calls };
}
