import { isDeepStrictEqual } from 'node:util';
import type { VolumeHealth__Output } from '../../csi/gen/csi/v1/VolumeHealth.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { formatTable, type Column } from '../table.ts';
import { inWordsOfCommands } from '../words.ts';
import { requireVolume } from './require-volume.ts';

type Entry = VolumeHealth__Output['healthStatuses'][number];

const columns: readonly Column<Entry>[] = [
  { title: 'STATUS', cell: ({ status }) => status },
  { title: 'REASON', cell: ({ reason }) => reason },
  { title: 'MESSAGE', cell: ({ message }) => inWordsOfCommands(message) },
];

/** `tome volume health`: what the controller knows and what the node sees. Says one line when nothing is wrong; throws CliError when something is. */
export async function showHealth(context: Context, name: string): Promise<void> {
  const { driver, terminal } = context;
  const { id: volumeId, attachedTo } = await requireVolume(context, name);
  const call = { signal: terminal.signal };
  const known = await driver.controller.controllerGetVolumeHealth({ volumeId }, call);
  const volumePublishPath = attachedTo.flatMap(({ paths }) => paths)[0];
  const seen =
    volumePublishPath === undefined
      ? undefined
      : await driver.node.nodeGetVolumeHealth({ volumeId, volumePublishPath }, call);

  const entries = [...(known.volumeHealth?.healthStatuses ?? []), ...(seen?.volumeHealth?.healthStatuses ?? [])];
  const distinct = entries.filter(
    (entry, index) => entries.findIndex((other) => isDeepStrictEqual(entry, other)) === index,
  );
  if (distinct.length === 0) {
    terminal.print(`volume ${name} is in good health`);
    return;
  }
  terminal.print(formatTable(columns, distinct));
  throw new CliError(`volume ${name} is not in good health`, 'tome volume show and ls say so within a minute');
}
