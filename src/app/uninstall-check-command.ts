import type { Command } from 'commander';
import { driverNameOption } from './daemon-options.ts';

/** `tome uninstall-check`: what the chart runs before it is uninstalled. */
export function addUninstallCheckCommand(program: Command): void {
  program
    .command('uninstall-check')
    .description('for the Helm chart: fails while the cluster has volumes of this driver')
    .addOption(driverNameOption())
    .action(async ({ driverName = 'csi.tome.storage' }: { readonly driverName?: string }) => {
      const { checkUninstall } = await import('./uninstall-check.ts');
      await checkUninstall(driverName);
    });
}
