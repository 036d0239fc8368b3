import type { CreateVolumeRequest } from '../../csi/gen/csi/v1/CreateVolumeRequest.ts';
import type { VolumeContentSource } from '../../csi/gen/csi/v1/VolumeContentSource.ts';
import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { markParameters } from '../marks.ts';
import { requireSnapshot } from '../snapshot/require-snapshot.ts';
import { requireTemplate } from '../template/require-template.ts';
import { untilDone } from '../until-done.ts';
import type { Source } from '../../import/source.ts';
import { capability } from './capability.ts';
import { fillVolume, orTakenBack, planFilling, type FillOptions } from './create-filled.ts';
import { formatKind } from './describe-volume.ts';
import { limitParameters, type LimitOptions } from './limit.ts';
import { managedRequest, refuseWithoutHostPath, type ManagedOptions } from './managed-request.ts';
import { requireVolume } from './require-volume.ts';

export interface CreateOptions extends ManagedOptions, FillOptions, LimitOptions {
  /** Bytes. */
  readonly size?: number;
  readonly fs?: string;
  readonly arg?: Readonly<Record<string, string>>;
  readonly block?: true;
  readonly thick?: true;
  readonly exclusive?: true;
  readonly pool?: string;
  readonly mkfsOptions?: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly lock?: true;
  readonly template?: string;
  readonly fromSnapshot?: string;
  readonly clone?: string;
  /** What it is filled with. */
  readonly from?: string;
  /** The same, as the driver keeps it. */
  readonly populatedFrom?: string;
  /** What it is filled for, where that is not to be a volume. */
  readonly purpose?: string;
}

/** `tome volume create`: the same command again finds the same volume. */
export async function createVolume(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { volume, wasReady } = await makeVolume(context, name, options);
  const { terminal } = context;
  // One that is not ready yet is what the same command has begun before.
  const was = wasReady ? 'exists already' : 'is there';
  terminal.print(`volume ${name} ${was}: ${formatKind(volume)}, in pool ${volume.pool}`);
  terminal.note(`next: tome volume attach ${name} ${volume.mode === 'block' ? 'FILE' : 'DIR'}`);
}

interface Made {
  readonly volume: VolumeInfo__Output;
  /** Before anything was done. */
  readonly wasReady: boolean;
}

/** A volume that can be used, with all in it that is to be. */
export async function makeVolume(context: Context, name: string, options: CreateOptions): Promise<Made> {
  const { driver, ids, terminal } = context;
  const id = ids.volume(name);
  if (id === name) throw new CliError(`${name} is what an id looks like`, 'choose another name');
  const { hostPath } = options;
  const { volumes } = await driver.admin.listVolumes({ volumeId: id }, { signal: terminal.signal });
  const filling =
    options.from === undefined ? undefined : await planFilling(context, options.from, options, volumes[0]);
  const filled = filling && { size: filling.size, populatedFrom: originOf(filling.source, options) };
  const request =
    hostPath === undefined
      ? await imageRequest(context, name, { ...options, ...filled })
      : managedRequest(name, hostPath, options, context.terminal.cwd);
  const making = untilDone(context, (call) => driver.controller.createVolume(request, call));
  if (filling !== undefined && volumes.length === 0) await orTakenBack(making, context, id);
  await making.catch(
    hint({
      ALREADY_EXISTS: `look at that one: tome volume show ${name}`,
      NOT_FOUND: 'see what there is: tome volume ls, tome snapshot ls, tome pool ls',
    }),
  );
  const volume = await requireVolume(context, name);
  if (filling !== undefined && volume.state === 'Populating') await fillVolume(context, volume, filling);
  return { volume, wasReady: volumes.some(({ state }) => state === 'Ready') };
}

/** What the volume keeps of its source: that of another purpose, or of bytes that nobody has checked, is another volume. */
function originOf(source: Source, { purpose }: CreateOptions): string {
  const sha256 = 'sha256' in source && source.sha256 !== undefined ? [`sha256:${source.sha256}`] : [];
  return [source.label, ...sha256, ...(purpose === undefined ? [] : [purpose])].join(', ');
}

async function imageRequest(context: Context, name: string, options: CreateOptions): Promise<CreateVolumeRequest> {
  refuseWithoutHostPath(options);
  const source = await findSource(context, options);
  if (source?.mode === 'block' && options.fs !== undefined) {
    throw new CliError(`its source is a block volume, and so will ${name} be`, 'leave out --fs');
  }
  if (options.size === undefined && source === undefined) {
    throw new CliError(
      'how large should it be?',
      `say it with --size, such as: tome volume create ${name} --size 10Gi`,
    );
  }
  return requestFor(name, options, source);
}

interface CopySource {
  /** Undefined for a template, which is named by a parameter. */
  readonly content?: VolumeContentSource;
  /** As in VolumeInfo; empty when nobody knows. */
  readonly mode: string;
}

async function findSource(
  context: Context,
  { fromSnapshot, clone, template }: CreateOptions,
): Promise<CopySource | undefined> {
  if (template !== undefined) return { mode: (await requireTemplate(context, template)).mode };
  if (fromSnapshot !== undefined) {
    const { id: snapshotId, mode } = await requireSnapshot(context, fromSnapshot);
    return { content: { snapshot: { snapshotId } }, mode };
  }
  if (clone === undefined) return undefined;
  const { id: volumeId, mode } = await requireVolume(context, clone);
  return { content: { volume: { volumeId } }, mode };
}

/** A copy of a block volume is one too, and a copy has its source's filesystem, so neither has to be said again. */
function requestFor(name: string, options: CreateOptions, source: CopySource | undefined): CreateVolumeRequest {
  const { size, fs, thick, exclusive, pool, template, mkfsOptions, populatedFrom, arg = {} } = options;
  const block = options.block ?? source?.mode === 'block';
  const use = { block, ...(fs !== undefined && { fsType: fs }) };
  return {
    name,
    ...(size !== undefined && { capacityRange: { requiredBytes: size } }),
    volumeCapabilities: [capability({ ...use, readOnly: false }), capability({ ...use, readOnly: true })],
    parameters: {
      ...(thick && { provisioning: 'thick' }),
      ...(exclusive && { exclusive: 'true' }),
      ...(pool !== undefined && { pool }),
      ...(template !== undefined && { template }),
      ...(mkfsOptions !== undefined && { mkfsOptions }),
      ...(populatedFrom !== undefined && { populatedFrom }),
      ...limitParameters(options),
      ...markParameters(options),
      ...Object.fromEntries(Object.entries(arg).map(([key, value]) => [`arg.${key}`, value])),
    },
    ...(source?.content && { volumeContentSource: source.content }),
  };
}
