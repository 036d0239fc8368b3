import { csiNodes } from './kinds.ts';
import { list } from './objects.ts';
import { driverName } from './settings.ts';

/** The nodes on which the driver is registered, in the order of their names. */
export async function driverNodes(): Promise<readonly string[]> {
  const all = await list(csiNodes);
  const registered = all.filter(({ spec }) =>
    (spec.drivers as typeof spec.drivers | null)?.some(({ name }) => name === driverName),
  );
  return registered.map(({ metadata }) => metadata?.name ?? '').sort();
}

/** Two of them. */
export async function twoNodes(): Promise<readonly [string, string]> {
  const [first, second] = await driverNodes();
  if (first === undefined || second === undefined) throw new Error('these tests need two nodes with the driver');
  return [first, second];
}
