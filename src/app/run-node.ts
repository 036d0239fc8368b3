import { linuxHost } from '../host/linux-host.ts';
import { clusterCredentials, openClusterCatalog, openClusterEvents } from './cluster-catalog.ts';
import { nodeConfig, type NodeOptions } from './node-config.ts';
import { startNode } from './node.ts';
import { requireRoot } from './require-root.ts';
import { processLog, runUntilStopped } from './run-until-stopped.ts';

/** `tome node`: serves the kubelet until SIGINT or SIGTERM. Volumes in use stay mounted when it ends. */
export async function runNode(options: NodeOptions): Promise<void> {
  requireRoot();
  const config = nodeConfig(options, process.env);
  const log = processLog(config.logLevel);
  const openCatalog = (pools: readonly string[]) =>
    openClusterCatalog({ log, narrow: { nodeName: config.nodeName, pools } });
  const events = openClusterEvents({ log, nodeName: config.nodeName });
  const credentials = clusterCredentials(process.env);
  try {
    await runUntilStopped(() => startNode({ config, host: linuxHost(), log, openCatalog, events, credentials }), log);
  } finally {
    await events.close();
  }
}
