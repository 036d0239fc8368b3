import type { Context } from '../context.ts';
import { requireQuota } from './require-quota.ts';

/** `tome quota rm`: all are looked for before the first is removed. */
export async function removeQuotas(context: Context, names: readonly string[]): Promise<void> {
  const { driver, terminal } = context;
  for (const name of names) await requireQuota(context, name);
  for (const name of names) {
    await driver.admin.deleteQuota({ name }, { signal: terminal.signal });
    terminal.print(`quota ${name} is removed`);
  }
}
