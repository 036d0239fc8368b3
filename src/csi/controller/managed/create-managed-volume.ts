import { randomUUID } from 'node:crypto';
import { VolumeError } from '../../../domain/errors.ts';
import { volumeId } from '../../../domain/ids.ts';
import { unmadeVolume, type Volume, type VolumeSpec } from '../../../domain/volume.ts';
import type { CreateVolumeRequest__Output } from '../../gen/csi/v1/CreateVolumeRequest.ts';
import type { Call } from '../../server/unary.ts';
import type { ControllerDeps } from '../deps.ts';
import { ensureCreated } from '../ensure-created.ts';
import { withMutable } from '../mutable-parameters.ts';
import { canStay } from '../place-of-volume.ts';
import { notingUnanswered } from '../unanswered.ts';
import { checkSameManaged } from './check-same-managed.ts';
import { chooseManagedPool } from './choose-managed-pool.ts';
import { parseManagedWish, type ManagedWish } from './managed-wish.ts';
import { refuseOlder } from './refuse-older.ts';

/**
 * CreateVolume of a managed volume: asks one node after another whether it has the directory, the most preferred first,
 * so the volume is on a node that has it whatever the scheduler preferred. A repeated call finds the volume.
 */
export async function createManagedVolume(
  request: CreateVolumeRequest__Output,
  deps: ControllerDeps,
  call: Call,
): Promise<Volume> {
  const wish = parseManagedWish(request);
  const id = volumeId(wish.name);
  const answers = new Map<string, string>();
  let asked = '';
  const plan = async (): Promise<VolumeSpec> => {
    const spec = await planManaged(wish, answers, deps);
    asked = spec.pool;
    return spec;
  };
  const check = (present: Volume): void => {
    checkSameManaged(present, wish);
    asked = present.spec.pool;
  };
  const checkPlace = (present: Volume) => canStay(present, { placement: wish.placement, plan }, deps, call);
  const creation = { status: unmadeVolume, plan, check, checkPlace };
  for (;;) {
    try {
      return await notingUnanswered(id, deps, () => ensureCreated(deps.catalog.volumes, id, creation, deps, call));
    } catch (error) {
      const isAbsent = error instanceof VolumeError && error.reason === 'NotFound' && !answers.has(asked);
      if (!isAbsent) throw error;
      answers.set(asked, `says: ${error.message}`);
    }
  }
}

async function planManaged(
  wish: ManagedWish,
  answers: ReadonlyMap<string, string>,
  { catalog, now }: ControllerDeps,
): Promise<VolumeSpec> {
  const { name, managed, parameters, mutable, placement, rawParameters, accessModes, claim } = wish;
  const { sharing, exclusive, tags, deleteLock } = parameters;
  const { hostPath } = managed;
  const pools = await catalog.pools.list();
  const spot = chooseManagedPool(pools, { hostPath, sharing, placement, answers, now: now() });
  await refuseOlder({ id: volumeId(name), hostPath }, spot, catalog);
  const { pool, home } = spot;
  return {
    desired: 'Present',
    revision: 1,
    name,
    uuid: randomUUID(),
    size: 0,
    volumeMode: 'Filesystem',
    managed,
    ...(sharing === 'many' && { sharing }),
    mkfsOptions: [],
    parameters: { ...rawParameters },
    ...withMutable({ exclusive, provisioning: 'thin', tags, deleteLock }, mutable),
    accessModes: [...accessModes],
    claim,
    ...(home !== undefined && { home }),
    pool: pool.id,
    attachments: [],
  };
}
