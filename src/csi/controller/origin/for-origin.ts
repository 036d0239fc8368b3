import { VolumeError } from '../../../domain/errors.ts';
import { volumeId } from '../../../domain/ids.ts';
import type { CreateVolumeRequest__Output } from '../../gen/csi/v1/CreateVolumeRequest.ts';
import { ORCHESTRATOR_PREFIX } from '../../server/parameters.ts';
import type { ControllerDeps } from '../deps.ts';
import { isManagedClass } from '../managed/managed-parameters.ts';
import type { Origin } from './prime-claims.ts';

const NAMESPACE = `${ORCHESTRATOR_PREFIX}pvc/namespace`;
const NAME = `${ORCHESTRATOR_PREFIX}pvc/name`;

/**
 * Makes a volume for a claim of ours as for the one that gets it in the end: that is whose quota it counts for, whose name
 * is on it, and who is told why it cannot be made. Any other request is as it is.
 */
export async function forOrigin<T>(
  request: CreateVolumeRequest__Output,
  deps: Pick<ControllerDeps, 'catalog' | 'primes'>,
  make: (request: CreateVolumeRequest__Output) => Promise<T>,
): Promise<T> {
  const { primes } = deps;
  const { [NAMESPACE]: namespace, [NAME]: name } = request.parameters;
  const prime = await primes?.find(namespace, name);
  if (primes === undefined || prime === undefined || prime.kind === 'other') return await make(request);
  if (prime.kind === 'gone') return await make(await asBefore(request, deps));
  try {
    return await make(madeFor(request, prime.origin));
  } catch (error) {
    primes.tell(prime.origin, error);
    throw error;
  }
}

/** Throws InvalidArgument when the class wants something else than a clone of that template. */
function madeFor(
  request: CreateVolumeRequest__Output,
  { claim, template }: Pick<Origin, 'claim' | 'template'>,
): CreateVolumeRequest__Output {
  const { parameters } = request;
  const [namespace = '', name = ''] = claim.split('/');
  const notes = { [NAMESPACE]: namespace, [NAME]: name };
  if (template === undefined) return { ...request, parameters: { ...parameters, ...notes } };
  if (isManagedClass(parameters)) {
    const message = 'a managed volume is the directory as it is: use a class without type: managed for a clone';
    throw new VolumeError('InvalidArgument', message);
  }
  const { template: ofClass = template } = parameters;
  if (ofClass !== template) {
    const message = `the class makes clones of template "${ofClass}", the claim asks for one of "${template}": use another class`;
    throw new VolumeError('InvalidArgument', message);
  }
  return { ...request, parameters: { ...parameters, ...notes, template } };
}

/** A claim that has just gone: what is there of its volume says what it was for. Throws FailedPrecondition when nothing is. */
async function asBefore(
  request: CreateVolumeRequest__Output,
  { catalog }: Pick<ControllerDeps, 'catalog'>,
): Promise<CreateVolumeRequest__Output> {
  const { spec } = (await catalog.volumes.find(volumeId(request.name))) ?? {};
  if (spec?.claim === undefined) {
    const message = `the claim that volume "${request.name}" was to be for is gone, and nothing is made for it`;
    throw new VolumeError('FailedPrecondition', message);
  }
  return madeFor(request, { claim: spec.claim, template: spec.parameters['template'] });
}
