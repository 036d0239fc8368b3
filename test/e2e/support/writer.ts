import { expect } from 'chai';
import { run, type Container } from './exec.ts';
import { pods } from './kinds.ts';
import { get } from './objects.ts';
import { restartsOf } from './pod-state.ts';

/**
 * For a pod that never stops writing: every 0.1 s a number and the machine's uptime in seconds, each brought to the disk.
 * Any error ends it.
 */
export const writerCommand =
  'set -e; trap exit TERM; i=0; while :; do i=$((i + 1)); read -r up _ < /proc/uptime; ' +
  'echo "$i $up" >> /data/log; sync /data/log; sleep 0.1; done';

/** The longest that a writer may be held up, in seconds: two cores do much else meanwhile. */
const LONGEST_PAUSE = 5;

export interface Written {
  readonly count: number;
  /** Uptime of the last line, in seconds. */
  readonly last: number;
}

/** What was written without a gap: all numbers are there, none came late, and the pod never failed. */
export async function requireSteady(container: Container): Promise<Written> {
  const pod = await get({ kind: pods, name: container.pod, namespace: container.namespace });
  expect(pod.status?.phase).to.equal('Running');
  expect(restartsOf(pod)).to.equal(0);
  const lines = (await run(container, 'cat /data/log')).split('\n').map((line) => line.split(' ').map(Number));
  let last = lines[0]?.[1] ?? NaN;
  for (const [index, [number, uptime = NaN]] of lines.entries()) {
    expect(number).to.equal(index + 1);
    expect(uptime - last, `pause before write ${index + 1}`).to.be.lessThan(LONGEST_PAUSE);
    last = uptime;
  }
  return { count: lines.length, last };
}

/** Returns when the writer has written this often since `from`. */
export async function untilWritten(container: Container, from: Written, more = 5): Promise<void> {
  await run(container, `until [ "$(wc -l < /data/log)" -ge ${from.count + more} ]; do sleep 0.1; done`);
}
