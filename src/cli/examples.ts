interface Example {
  readonly command: string;
  readonly why: string;
}

/** From the first volume to a clone; each line can be run as it stands. */
export const walk: readonly Example[] = [
  { command: 'tome volume create data --size 1Gi', why: 'a volume of 1 GiB with an ext4 filesystem' },
  { command: 'tome volume attach data /mnt/data', why: 'mounted, for reading and writing' },
  { command: 'echo hello > /mnt/data/greeting', why: '' },
  { command: 'tome volume detach data', why: 'unmounted; the volume stays' },
  { command: 'tome volume attach data /mnt/data', why: '' },
  { command: 'cat /mnt/data/greeting', why: 'the data is still there' },
  { command: 'tome snapshot create monday --volume data', why: 'a moment kept, also while the volume is in use' },
  { command: 'tome volume create restored --from-snapshot monday', why: 'a volume that starts as it was then' },
  { command: 'tome volume create copy --clone data', why: 'a volume that starts as the other is now' },
  { command: 'tome volume ls', why: '' },
];

export const volumeExamples: readonly Example[] = [
  ...walk,
  { command: 'tome volume detach data', why: '' },
  { command: 'tome volume expand data 2Gi', why: 'larger, with all that is in it' },
  { command: 'tome volume rm data copy restored', why: '' },
];

export const snapshotExamples: readonly Example[] = [
  { command: 'tome volume create photos --size 1Gi', why: '' },
  { command: 'tome snapshot create photos-1 --volume photos', why: '' },
  { command: 'tome snapshot ls', why: '' },
  { command: 'tome volume create photos-then --from-snapshot photos-1', why: '' },
  { command: 'tome snapshot rm photos-1', why: 'volumes made from it stay' },
];

export const groupExamples: readonly Example[] = [
  { command: 'tome volume create shop-data --size 1Gi', why: '' },
  { command: 'tome volume create shop-log --size 1Gi', why: '' },
  {
    command: 'tome group create shop-1 --volume shop-data shop-log',
    why: 'both at the same moment, also while in use',
  },
  { command: 'tome group show shop-1', why: '' },
  { command: 'tome volume create data-then --from-snapshot shop-1/shop-data', why: '' },
  {
    command: 'tome volume create log-then --from-snapshot shop-1/shop-log',
    why: 'the rest of the application, as it was then',
  },
  { command: 'tome group rm shop-1', why: 'volumes made from it stay' },
  { command: 'tome volume rm shop-data shop-log data-then log-then', why: '' },
];

export const scheduleExamples: readonly Example[] = [
  { command: 'tome volume create mail --size 1Gi --tag backup=yes', why: '' },
  { command: 'tome schedule create nightly --cron "0 3 * * *" --volume mail --keep 7', why: 'every day at 3:00' },
  {
    command: 'tome schedule create hourly --cron @hourly --tag backup=yes --keep-for 2d',
    why: 'of all volumes with the tag',
  },
  { command: 'tome schedule run nightly', why: 'now, and not only at 3:00' },
  { command: 'tome schedule ls', why: '' },
  { command: 'tome schedule suspend hourly', why: '' },
  { command: 'tome schedule rm nightly hourly', why: 'their snapshots stay' },
];

export const quotaExamples: readonly Example[] = [
  { command: 'tome quota set all --volumes 10 --size 20Gi', why: 'as many volumes, and as large together' },
  { command: 'tome quota set default-pool --pool default --snapshots 20', why: 'of one pool' },
  { command: 'tome quota ls', why: 'what is used of each' },
  { command: 'tome quota rm all default-pool', why: 'volumes and snapshots stay' },
];

export const templateExamples: readonly Example[] = [
  { command: 'tome volume create base --size 1Gi', why: '' },
  { command: 'tome template create gold --volume base --convert', why: 'the volume becomes the template, at once' },
  { command: 'tome volume create web-1 --template gold', why: '' },
  { command: 'tome volume create web-2 --template gold --size 2Gi', why: 'larger than the template' },
  { command: 'tome template show gold', why: 'with the volumes made from it' },
  { command: 'tome template lock gold', why: 'nobody deletes it' },
  { command: 'tome template unlock gold', why: '' },
  { command: 'tome volume rm web-1 web-2', why: '' },
  { command: 'tome template rm gold', why: 'only when no volume is a clone of it' },
];

/** The part of a help page with examples. */
export function formatExamples(examples: readonly Example[]): string {
  const longest = Math.max(...examples.map(({ command }) => command.length));
  const lines = examples.map(({ command, why }) =>
    why === '' ? `  ${command}` : `  ${command.padEnd(longest)}  # ${why}`,
  );
  return `\nExamples:\n${lines.join('\n')}`;
}
