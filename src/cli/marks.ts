import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { Run } from './run.ts';
import { tagChange } from './volume/tag.ts';

/** As ControllerModifyVolume and ModifySnapshot take them. */
export type MarkParameters = Readonly<Record<string, string>>;

type Tags = Readonly<Record<string, string>>;

/** What `--lock` and `--tag` say, as parameters. */
export function markParameters({ lock, tag = {} }: { readonly lock?: true; readonly tag?: Tags }): MarkParameters {
  return { ...(lock && { deleteLock: 'true' }), ...tagParameters(tag) };
}

export function tagParameters(tags: Tags): MarkParameters {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`tag.${key}`, value]));
}

/** `lock`, `unlock` and `tag` of one kind, added to its command. `change` does it and prints what came of it. */
export function addMarkCommands(
  command: Command,
  what: string,
  run: Run,
  change: (context: Context, name: string, parameters: MarkParameters) => Promise<void>,
): void {
  const locking = (isLocked: boolean) =>
    run((context, name: string) => change(context, name, { deleteLock: String(isLocked) }));
  command.command('lock <name>').description(`refuse to delete the ${what}, whoever asks`).action(locking(true));
  command.command('unlock <name>').description(`let the ${what} be deleted again`).action(locking(false));
  command
    .command('tag <name>')
    .argument('<changes...>', 'key=value sets a tag, key- removes one', tagChange)
    .description('set and remove tags')
    .action(run((context, name: string, tags: Tags) => change(context, name, tagParameters(tags))));
}
