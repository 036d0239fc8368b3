import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const FLIP = `
  const { lstatSync, renameSync, rmSync, symlinkSync } = require('node:fs');
  const { workerData: { path, target }, parentPort } = require('node:worker_threads');
  const [kept, link] = [path + '.kept', path + '.link'];
  symlinkSync(target, link);
  let stop = false;
  parentPort.on('message', () => { stop = true; });
  // Each of the two is there for about as long.
  const linger = () => { for (let i = 0; i < 20; i++) lstatSync(path); };
  const round = () => {
    for (let i = 0; i < 50; i++) {
      renameSync(path, kept);
      renameSync(link, path);
      linger();
      renameSync(path, link);
      renameSync(kept, path);
      linger();
    }
    if (stop) { rmSync(link); process.exit(); } else setImmediate(round);
  };
  parentPort.postMessage('flipping');
  round();`;

/**
 * A thread that makes the directory at `path` a symlink to `target` and back in a tight loop. Returns what ends it: then
 * the directory is in its place.
 */
export async function flipping(path: string, target: string): Promise<() => Promise<void>> {
  const worker = new Worker(FLIP, { eval: true, workerData: { path, target } });
  await once(worker, 'message');
  return async () => {
    worker.postMessage('stop');
    await once(worker, 'exit');
  };
}
