import type { CreateVolumeRequest } from '../../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import type { CreateVolumeResponse__Output } from '../../../src/csi/gen/csi/v1/CreateVolumeResponse.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import type { ManagedRoot } from '../../../src/domain/pool.ts';
import type { Volume, VolumeSpec } from '../../../src/domain/volume.ts';
import { startController, volumeRequest, type TestController } from '../../support/controller.ts';

/** The class's parameters of a managed volume, but for the changes. */
export const parameters = { type: 'managed', hostPath: '/srv/data' };

/** What csi-provisioner tells of a claim. */
export const claim = { 'csi.storage.k8s.io/pvc/namespace': 'team-a', 'csi.storage.k8s.io/pvc/name': 'photos' };

export function root(path: string, shared = false): ManagedRoot {
  return { path, shared };
}

export interface ManagedWorld extends TestController {
  addNode(name: string, roots?: readonly ManagedRoot[]): Promise<void>;
  /** From now on only this node has directories. */
  onlyOn(name: string): void;
  /** CreateVolume of a managed volume. */
  create(
    name: string,
    changes?: CreateVolumeRequest,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<CreateVolumeResponse__Output>;
  specOf(name: string): Promise<VolumeSpec | undefined>;
}

/** The controller over nodes with managed roots, whose agents have every directory unless they are told otherwise. */
export async function startManagedWorld(): Promise<ManagedWorld> {
  const test = await startController();
  return {
    ...test,
    addNode: (name, roots = [root('/srv')]) =>
      test.addPool(
        `${name}.managed`,
        { managedRoots: [...roots] },
        { capacity: 0, available: 0, maximumVolumeSize: 0 },
      ),
    onlyOn(name) {
      test.agent.fail = ({ spec }) => {
        const { pool, managed } = spec as Volume['spec'];
        if (pool === `${name}.managed` || managed === undefined) return undefined;
        return new VolumeError('NotFound', `the directory ${managed.hostPath} does not exist`);
      };
    },
    create: (name, changes = {}, more = {}) =>
      test.controller.createVolume(volumeRequest(name, { parameters: { ...parameters, ...more }, ...changes })),
    specOf: async (name) => (await test.catalog.volumes.find(volumeId(name)))?.spec,
  };
}
