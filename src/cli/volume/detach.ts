import { callErrorOf } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { removeStagingPath, stagingPath } from '../staging.ts';
import { requireVolume } from './require-volume.ts';
import { resolveTarget } from './target.ts';

/** `tome volume detach`: from one directory or from all; after the last, the volume is given back. Safe to repeat. */
export async function detachVolume(context: Context, name: string, given: string | undefined): Promise<void> {
  const { driver, terminal } = context;
  const { nodeId } = await driver.node.nodeGetInfo({}, { signal: terminal.signal });
  const volume = await requireVolume(context, name);
  const here = volume.attachedTo.find(({ node }) => node === nodeId);
  if (here === undefined) {
    terminal.print(`volume ${name} is not attached`);
    return;
  }
  const wanted = given === undefined ? here.paths : [await resolveTarget(given, terminal.cwd)];
  for (const targetPath of wanted) {
    if (!here.paths.includes(targetPath)) terminal.print(`volume ${name} is not attached at ${targetPath}`);
    else await unpublish(context, { volumeId: volume.id, targetPath });
  }
  const left = here.paths.filter((path) => !wanted.includes(path));
  if (left.length > 0) {
    terminal.note(`volume ${name} is still attached at ${left.join(' and ')}`);
    return;
  }
  await giveBack(context, volume.id, nodeId);
  terminal.print(`volume ${name} is detached`);
}

async function unpublish(context: Context, target: { volumeId: string; targetPath: string }): Promise<void> {
  const { driver, terminal } = context;
  const { targetPath } = target;
  await driver.node.nodeUnpublishVolume(target, { signal: terminal.signal }).catch((error: unknown) => {
    throw busy(error, targetPath);
  });
  terminal.print(`detached from ${targetPath}`);
}

async function giveBack({ driver, terminal, socket }: Context, volumeId: string, nodeId: string): Promise<void> {
  const { signal } = terminal;
  const stagingTargetPath = await stagingPath(socket, volumeId);
  await driver.node.nodeUnstageVolume({ volumeId, stagingTargetPath }, { signal }).catch((error: unknown) => {
    throw busy(error, stagingTargetPath);
  });
  await removeStagingPath(stagingTargetPath);
  await driver.controller.controllerUnpublishVolume({ volumeId, nodeId }, { signal });
}

/** What the driver refuses here, it refuses because something uses the volume. */
function busy(error: unknown, path: string): unknown {
  const failed = callErrorOf(error);
  if (failed?.code !== 'FAILED_PRECONDITION' && failed?.code !== 'INTERNAL') return error;
  return new CliError(failed.details, `see what uses it: fuser -vm ${path}, or lsof ${path}`, { cause: error });
}
