import { VolumeError } from '../domain/errors.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90m`, `12h`, `30d`, `8w`; a day has 24 hours. Throws InvalidArgument. */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const milliseconds = Number(digits) * (UNITS[unit] ?? 0);
  if (milliseconds > 0) return milliseconds;
  const rule = 'write a number and m, h, d or w, such as 12h, 30d';
  throw new VolumeError('InvalidArgument', `"${text}" is no time to keep snapshots for: ${rule}`);
}
