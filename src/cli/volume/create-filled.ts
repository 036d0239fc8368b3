import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import type { CallOptions } from '../../csi/server/client.ts';
import { messageOf, VolumeError } from '../../domain/errors.ts';
import { FILLING_CONTEXT } from '../../domain/populating.ts';
import { MiB } from '../../domain/sizes.ts';
import { readable } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { openSource, type ImportOptions, type OpenSource } from '../import-options.ts';
import { showProgress } from '../import-progress.ts';
import { makeStagingPath, removeStagingPath, stagingPath } from '../staging.ts';
import { capability } from './capability.ts';

export interface FillOptions extends ImportOptions {
  /** Bytes. */
  readonly size?: number;
  readonly fs?: string;
}

export interface Filling extends OpenSource {
  /** Bytes that the volume is to have. */
  readonly size: number;
}

/** Taking back must work after Ctrl-C too, so it does not heed it; but it must end. */
const UNDO: CallOptions = { timeout: 30_000 };

/** Filesystems that cannot be smaller: a size that nobody gave should suit them. */
const SMALLEST: Readonly<Record<string, number>> = { xfs: 320 * MiB, btrfs: 128 * MiB };

/** Whoever may write, without a way out of the volume by symlinks that are in it. */
const FILLING_FLAGS = ['nosymfollow'];
const KERNEL_FILESYSTEMS = ['ext4', 'xfs', 'btrfs'];

/**
 * Looks at what a volume is to be filled with, before anything is made. `present` is the volume of an earlier attempt,
 * which has its size. Throws CliError and VolumeError for what cannot be imported, or would not fit.
 */
export async function planFilling(
  { terminal }: Context,
  text: string,
  options: FillOptions,
  present: VolumeInfo__Output | undefined,
): Promise<Filling> {
  const { size: asked, fs = 'ext4', ...reading } = options;
  const open = await openSource(text, reading, terminal);
  const { measureSource, sizeFor } = await import('../../import/measure.ts');
  const given = asked ?? (present === undefined ? undefined : Number(present.sizeBytes));
  const measured = await measureSource(open.source, open.credentials, terminal.signal);
  if (measured === undefined && given === undefined) {
    throw new CliError(`nobody knows how much is in ${open.source.label} before it is read`, 'say it with --size');
  }
  if (measured !== undefined && given !== undefined && measured.bytes > given) {
    const least = `--size ${Math.ceil(sizeFor(measured) / MiB)}Mi`;
    throw new CliError(
      `${open.source.label} has ${measured.bytes} bytes, and the volume ${given}`,
      `at least: ${least}`,
    );
  }
  const wanted = measured === undefined ? 0 : Math.max(sizeFor(measured), SMALLEST[fs] ?? 0);
  return { ...open, size: given ?? wanted };
}

/**
 * Fills a volume that has been made for it. Nobody else can use it before that is done. After Ctrl-C, and when the source
 * turns out to be wrong, the volume is deleted; what a later attempt can go on with stays, and so does what another
 * process fills.
 */
export async function fillVolume(context: Context, volume: VolumeInfo__Output, filling: Filling): Promise<void> {
  const { terminal, socket } = context;
  const { id: volumeId, name } = volume;
  const { importInto } = await import('../../import/import-into.ts');
  const stagingTargetPath = await stagingPath(socket, volumeId);
  try {
    await stage(context, volume, stagingTargetPath);
    await importInto(filling.source, stagingTargetPath, {
      credentials: filling.credentials,
      signal: terminal.signal,
      onProgress: showProgress(terminal),
      stdin: process.stdin,
    });
  } catch (error) {
    if (error instanceof VolumeError && error.reason === 'Aborted') throw error;
    await unstage(context, { volumeId, stagingTargetPath }, UNDO).catch((left: unknown) => stays(name, error, left));
    if (error instanceof VolumeError && error.reason === 'Unavailable') {
      throw new CliError(error.message, `the same command again goes on; to give up: tome volume rm ${name}`);
    }
    await takeBack(context, volume).catch((left: unknown) => stays(name, error, left));
    throw error;
  } finally {
    terminal.progress(undefined);
  }
  await finish(context, { volumeId, stagingTargetPath });
}

/** Unless another process has finished it meanwhile: then it is somebody's volume. */
async function takeBack({ driver, terminal }: Context, { id: volumeId, name }: VolumeInfo__Output): Promise<void> {
  const { volumes } = await driver.admin.listVolumes({ volumeId }, UNDO);
  if (volumes.some(({ state }) => state === 'Ready' || state === 'Degraded')) return;
  await driver.controller.deleteVolume({ volumeId }, UNDO);
  terminal.note(`volume ${name} is not filled, and deleted again`);
}

/** Ctrl-C before there is anything to fill leaves nothing either. What else goes wrong with `making` is told by that. */
export async function orTakenBack(making: Promise<unknown>, context: Context, volumeId: string): Promise<void> {
  const [{ status }] = await Promise.allSettled([making]);
  const isInterrupted = status === 'rejected' && context.terminal.signal.aborted;
  if (isInterrupted) await context.driver.controller.deleteVolume({ volumeId }, UNDO);
}

async function stage({ driver, terminal }: Context, volume: VolumeInfo__Output, stagingTargetPath: string) {
  const { id: volumeId, mode, name } = volume;
  await makeStagingPath(stagingTargetPath, name);
  const mountOptions = KERNEL_FILESYSTEMS.includes(mode) ? FILLING_FLAGS : [];
  const volumeCapability = capability({ block: false, readOnly: false, mountOptions });
  const volumeContext = { [FILLING_CONTEXT]: 'true' };
  const use = { volumeId, volumeCapability, stagingTargetPath, volumeContext };
  await driver.node.nodeStageVolume(use, { signal: terminal.signal });
}

/** All is there, so Ctrl-C does not keep it from being a volume any more. */
async function finish(context: Context, staged: { volumeId: string; stagingTargetPath: string }): Promise<void> {
  const goOn = 'the same command again finishes it';
  const filled = { volumeId: staged.volumeId, mutableParameters: { populating: 'false' } };
  try {
    await unstage(context, staged, UNDO);
    await context.driver.controller.controllerModifyVolume(filled, UNDO);
  } catch (error) {
    const readableError = readable(error);
    throw readableError instanceof CliError ? new CliError(readableError.message, goOn, { cause: error }) : error;
  }
}

async function unstage(
  { driver }: Context,
  staged: { volumeId: string; stagingTargetPath: string },
  call: CallOptions,
): Promise<void> {
  await driver.node.nodeUnstageVolume(staged, call);
  await removeStagingPath(staged.stagingTargetPath);
}

function stays(name: string, error: unknown, left: unknown): never {
  const message = `${messageOf(error)}; and volume ${name} could not be taken away: ${messageOf(left)}`;
  throw new CliError(message, `delete it: tome volume rm ${name}`, { cause: error, leaves: true });
}
