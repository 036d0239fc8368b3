import { VolumeError } from '../../domain/errors.ts';
import type { FilesystemRules } from '../../domain/filesystem-rules.ts';
import type { VolumeParameters } from './volume-parameters.ts';

interface Filled {
  readonly parameters: Pick<VolumeParameters, 'populatedFrom'>;
  readonly source?: object | undefined;
  readonly claim?: string | undefined;
}

/** As a spec has it: nobody uses the volume before whoever asked for it has filled it. */
export function isToBeFilled({ parameters }: Filled): true | undefined {
  return parameters.populatedFrom === undefined ? undefined : true;
}

/** Throws InvalidArgument where nobody would fill the volume, or where there is nothing in it that could be filled. */
export function checkFilled({ parameters, source, claim }: Filled, rules: FilesystemRules | undefined): void {
  if (parameters.populatedFrom === undefined) return;
  const refuse = (why: string): never => {
    throw new VolumeError('InvalidArgument', `${why}: leave out the parameter populatedFrom`);
  };
  if (claim !== undefined) refuse('a class cannot have volumes filled, which tome volume create --from does');
  if (source !== undefined) refuse('a copy has what its source has');
  if (rules === undefined) refuse('a block volume has no files');
  if (rules?.kind === 'directory') refuse('only a volume with an image of its own can be filled');
}
