import { isHostError } from './host-error.ts';

/** A FUSE filesystem without its program; ECONNABORTED while that is just ending. */
const SERVER_ENDED = ['ENOTCONN', 'ECONNABORTED'];

/** After an error that a filesystem cannot bear, it answers EIO or ESHUTDOWN to everything; a network filesystem ESTALE. */
const CORRUPT = [...SERVER_ENDED, 'EIO', 'ESHUTDOWN', 'ESTALE'];

/** Whether a look at a mount failed since the program that serves it has ended: it stays so until it is unmounted. */
export function saysServerEnded(error: unknown): boolean {
  return isHostError(error, ...SERVER_ENDED);
}

/** Whether a look at a mount failed since nothing can be had from it, and its users hold nothing that could be saved. */
export function saysCorrupt(error: unknown): boolean {
  return isHostError(error, ...CORRUPT);
}
