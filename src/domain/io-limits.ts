import * as z from 'zod';
import { formatSize } from './sizes.ts';

/** Limits on the I/O of one volume: operations, or bytes, each second. What is absent is not limited. */
export const ioLimitsSchema = z.object({
  readIops: z.int().positive().optional(),
  writeIops: z.int().positive().optional(),
  readBandwidth: z.int().positive().optional(),
  writeBandwidth: z.int().positive().optional(),
});
export type IoLimits = z.infer<typeof ioLimitsSchema>;

export const ioLimitNames = ['readIops', 'writeIops', 'readBandwidth', 'writeBandwidth'] as const;
export type IoLimitName = (typeof ioLimitNames)[number];

/** Without what is undefined; undefined when nothing is limited. */
export function someIoLimits(limits: Some<number>): IoLimits | undefined {
  const given = givenIoLimits(limits);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

type Some<T> = { readonly [N in IoLimitName]?: T | undefined };

/** Those that there are, by name. */
export function givenIoLimits<T>(limits: Some<T> = {}): readonly (readonly [IoLimitName, T])[] {
  return ioLimitNames.flatMap((name) => {
    const limit = limits[name];
    return limit === undefined ? [] : [[name, limit] as const];
  });
}

/** For people: `readIops 100, writeBandwidth 50Mi/s`. */
export function formatIoLimit(name: string, value: number): string {
  return name.endsWith('Iops') ? `${name} ${value}` : `${name} ${formatSize(value)}/s`;
}
