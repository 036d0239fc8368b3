import { hint } from '../call-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { requireVolume } from '../volume/require-volume.ts';
import { formatTime } from './describe-schedule.ts';
import { requireSchedule } from './require-schedule.ts';

export interface CreateOptions {
  readonly cron: string;
  readonly timeZone?: string;
  readonly volume?: readonly string[];
  readonly tag?: Readonly<Record<string, string>>;
  readonly keep?: number;
  readonly keepFor?: string;
  readonly together?: true;
}

/** `tome schedule create`. Its times are those of this machine's clock on the wall, unless another zone is named. */
export async function createSchedule(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { driver, terminal } = context;
  const { cron, volume, tag = {}, keep, keepFor = '' } = options;
  if (volume === undefined && Object.keys(tag).length === 0) {
    throw new CliError('no volumes are named', 'add --volume NAME, or --tag KEY=VALUE for all that have a tag');
  }
  if (keep === undefined && keepFor === '') {
    throw new CliError('nothing says which snapshots stay', 'add --keep 7 for the newest 7, or --keep-for 30d');
  }
  const found = await Promise.all((volume ?? []).map((one) => requireVolume(context, one)));
  const request = {
    name,
    schedule: cron,
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    volumes: found.map((one) => one.name),
    tags: tag,
    keepCount: keep ?? 0,
    keepFor,
    together: options.together ?? false,
  };
  await driver.schedules
    .createSchedule(request, { signal: terminal.signal })
    .catch(hint({ ALREADY_EXISTS: `look at it: tome schedule show ${name}` }));
  const { nextTime } = await requireSchedule(context, name);
  terminal.print(`schedule ${name} is made${nextTime === '' ? '' : `; its first time is ${formatTime(nextTime)}`}`);
  terminal.note(`next: tome schedule run ${name}`);
}
