import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

// A thread of its own: a write to a frozen filesystem holds up the whole thread. It goes round and round in 16 MiB.
const BLOCK = Buffer.alloc(4096, 1);
const BLOCKS = 4096;
const PAUSE_MS = 0.5;
const STALL_MS = 1;

const file = openSync(String(workerData), 'w');
const clock = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();

parentPort?.postMessage('ready');
for (
  let block = 0;
  parentPort !== null && receiveMessageOnPort(parentPort) === undefined;
  block = (block + 1) % BLOCKS
) {
  const from = now();
  writeSync(file, BLOCK, 0, BLOCK.length, block * BLOCK.length);
  const to = now();
  if (to - from >= STALL_MS) parentPort.postMessage({ from, to });
  Atomics.wait(clock, 0, 0, PAUSE_MS);
}
closeSync(file);
