import { run } from './exec.ts';
import { pods } from './kinds.ts';
import { list } from './objects.ts';
import { helperNamespace } from './on-node.ts';

/** Runs a shell command where the S3 server keeps its objects: /buckets/BUCKET/KEY. */
export async function inObjectStore(command: string): Promise<string> {
  const [server] = await list(pods, { namespace: helperNamespace, labelSelector: 'app=object-store' });
  return run({ namespace: helperNamespace, pod: server?.metadata?.name ?? '' }, command);
}
