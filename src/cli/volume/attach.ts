import path from 'node:path';
import type { VolumeInfo__Output } from '../../csi/gen/tome/v1/VolumeInfo.ts';
import type { CallOptions } from '../../csi/server/client.ts';
import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { runSteps, type Step } from '../steps.ts';
import { makeStagingPath, removeStagingPath, stagingPath } from '../staging.ts';
import { capability } from './capability.ts';
import { readSecrets } from './read-secrets.ts';
import { requireVolume } from './require-volume.ts';
import { secretsAdvice } from './secrets-advice.ts';
import { checkDeviceFile, checkDirectory, resolveTarget } from './target.ts';

export interface AttachOptions {
  readonly readOnly?: true;
  readonly mountOptions?: readonly string[];
  /** A file: on the command line everybody could read them. */
  readonly secretsFile?: string;
}

interface Plan {
  readonly volume: VolumeInfo__Output;
  readonly nodeId: string;
  readonly targetPath: string;
  readonly stagingTargetPath: string;
  readonly readOnly: boolean;
  readonly mountOptions: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
}

/** Taking back must work after Ctrl-C too, so it does not heed it; but it must end. */
const UNDO: CallOptions = { timeout: 30_000 };

/** `tome volume attach`: what an orchestrator does to use a volume, in one step. The same command again changes nothing. */
export async function attachVolume(
  context: Context,
  name: string,
  given: string,
  options: AttachOptions,
): Promise<void> {
  const { driver, terminal, socket } = context;
  const { readOnly = false, mountOptions = [], secretsFile } = options;
  const secrets = secretsFile === undefined ? {} : await readSecrets(path.resolve(terminal.cwd, secretsFile));
  const volume = await requireVolume(context, name);
  const { nodeId } = await driver.node.nodeGetInfo({}, { signal: terminal.signal });
  requireSameAccess(volume, nodeId, readOnly);
  const targetPath = await freeTarget(volume, given, terminal.cwd);
  const stagingTargetPath = await stagingPath(socket, volume.id);

  const plan = { volume, nodeId, targetPath, stagingTargetPath, readOnly, mountOptions, secrets };
  const steps = stepsOf(context, plan);
  await runSteps(steps, terminal.signal, `take it off the rest of the way: tome volume detach ${name}`);
  const why = readOnly ? '' : whyReadOnly(await requireVolume(context, name), nodeId);
  terminal.print(`volume ${name} is attached at ${targetPath}${readOnly || why !== '' ? ', read-only' : ''}${why}`);
  terminal.note(`next: use it; when done: tome volume detach ${name}`);
}

/** Readers and writers exclude each other, so the second of them is told who is there before anything is tried. */
function requireSameAccess(volume: VolumeInfo__Output, nodeId: string, readOnly: boolean): void {
  const { name, attachedTo } = volume;
  if (!readOnly && whyReadOnly(volume, nodeId) !== '') return;
  const held = attachedTo.find((attachment) => attachment.node === nodeId && attachment.readOnly !== readOnly);
  if (held === undefined) return;
  const how = held.readOnly ? 'read-only' : 'for reading and writing';
  const where = held.paths.length === 0 ? `to ${held.node}` : `at ${held.paths.join(' and ')}`;
  throw new CliError(
    `volume ${name} is attached ${how} ${where}, and cannot be attached ${readOnly ? 'read-only' : 'for writing'} beside it`,
    `detach it first: tome volume detach ${name}${held.readOnly ? ', or attach it with --read-only' : ''}`,
  );
}

/** A directory is shown read-only to a user who may not write to it, though writing was asked for and granted. */
function whyReadOnly({ managed, attachedTo }: VolumeInfo__Output, nodeId: string): string {
  const here = attachedTo.find(({ node }) => node === nodeId);
  if (managed === null || here?.readOnly !== true) return '';
  return `: user ${managed.uid}:${managed.gid} may not write to ${managed.hostPath}`;
}

async function freeTarget({ attachedTo, mode }: VolumeInfo__Output, given: string, cwd: string): Promise<string> {
  const target = await resolveTarget(given, cwd);
  if (attachedTo.some(({ paths }) => paths.includes(target))) return target;
  await (mode === 'block' ? checkDeviceFile(target) : checkDirectory(target));
  return target;
}

function stepsOf({ driver, terminal: { signal } }: Context, plan: Plan): readonly Step[] {
  const { volume, nodeId, targetPath, stagingTargetPath, readOnly, mountOptions, secrets } = plan;
  const volumeId = volume.id;
  const here = volume.attachedTo.find(({ node }) => node === nodeId);
  const isUsed = here !== undefined && here.paths.length > 0;
  const volumeCapability = capability({ block: volume.mode === 'block', readOnly, mountOptions });
  const use = { volumeId, volumeCapability, stagingTargetPath };
  let publishContext: Readonly<Record<string, string>> = {};

  const grant = async (): Promise<void> => {
    const request = { volumeId, nodeId, volumeCapability, readonly: readOnly };
    ({ publishContext } = await driver.controller.controllerPublishVolume(request, { signal }));
  };
  const stage = () => driver.node.nodeStageVolume({ ...use, publishContext, secrets }, { signal });
  const publish = () =>
    driver.node.nodePublishVolume({ ...use, publishContext, targetPath, readonly: readOnly }, { signal });
  return [
    {
      what: 'reserve it for this node',
      run: () => grant().catch(seeHow(volume.name)),
      undo: here ? undefined : () => driver.controller.controllerUnpublishVolume({ volumeId, nodeId }, UNDO),
    },
    {
      what: `make ${stagingTargetPath}`,
      run: () => makeStagingPath(stagingTargetPath, volume.name),
      undo: isUsed ? undefined : () => removeStagingPath(stagingTargetPath),
    },
    {
      what: `prepare it at ${stagingTargetPath}`,
      run: () => stage().catch(seeHow(volume.name, plan)),
      undo: isUsed ? undefined : () => driver.node.nodeUnstageVolume({ volumeId, stagingTargetPath }, UNDO),
    },
    {
      what: `put it at ${targetPath}`,
      run: () => publish().catch(seeHow(volume.name)),
      undo: here?.paths.includes(targetPath)
        ? undefined
        : () => driver.node.nodeUnpublishVolume({ volumeId, targetPath }, UNDO),
    },
  ];
}

function seeHow(name: string, staged?: Pick<Plan, 'secrets' | 'targetPath'>): (error: unknown) => never {
  const advice = `see how it is used: tome volume show ${name}`;
  const ofSecrets = (details: string): string | undefined => {
    if (staged === undefined) return undefined;
    const { secrets, targetPath } = staged;
    return secretsAdvice(details, `tome volume attach ${name} ${targetPath}`, Object.keys(secrets).length > 0);
  };
  return hint({ FAILED_PRECONDITION: (details) => ofSecrets(details) ?? advice, ALREADY_EXISTS: advice });
}
