import type { Progress } from '../import/source.ts';
import { formatSize } from '../domain/sizes.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two lines, in place on a terminal, and one below the other elsewhere. */
const IN_PLACE_MS = 200;
const LINES_MS = 5_000;
/** Milliseconds over which the rate is counted. */
const WINDOW_MS = 5_000;

/** Shows how far an import is: bytes, rate, and the time that is left where the whole is known. */
export function showProgress(
  terminal: Pick<Terminal, 'progress' | 'isInteractive'>,
  now: () => number = () => performance.now(),
): (done: Progress) => void {
  const everyMs = terminal.isInteractive ? IN_PLACE_MS : LINES_MS;
  const seen: { readonly at: number; readonly bytes: number }[] = [];
  let shownAt = -Infinity;
  return ({ doneBytes, totalBytes }) => {
    const at = now();
    const isEnd = doneBytes === totalBytes;
    if (at - shownAt < everyMs && !isEnd) return;
    shownAt = at;
    // Of what was there before this run nothing counts for its rate; a source that was begun anew starts again.
    if (doneBytes < (seen.at(-1)?.bytes ?? 0)) seen.length = 0;
    seen.push({ at, bytes: doneBytes });
    while (seen.length > 2 && at - (seen[0]?.at ?? at) > WINDOW_MS) seen.shift();
    terminal.progress(progressText({ doneBytes, totalBytes }, rateOf(seen)));
  };
}

/** Bytes in a second; undefined before there is anything to tell it by. */
function rateOf(seen: readonly { readonly at: number; readonly bytes: number }[]): number | undefined {
  const [first] = seen;
  const last = seen.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
}

/** Such as `1.2Gi of 4Gi, 310Mi/s, 9s left`. */
export function progressText({ doneBytes, totalBytes }: Progress, rate: number | undefined): string {
  const parts = [
    totalBytes === undefined ? formatSize(doneBytes) : `${formatSize(doneBytes)} of ${formatSize(totalBytes)}`,
  ];
  if (rate !== undefined && rate > 0) parts.push(`${formatSize(Math.round(rate))}/s`);
  const left = totalBytes === undefined || rate === undefined ? undefined : (totalBytes - doneBytes) / rate;
  if (left !== undefined && Number.isFinite(left) && left > 0) parts.push(`${formatTime(left)} left`);
  return parts.join(', ');
}

function formatTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}
