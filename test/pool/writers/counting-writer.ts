import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/**
 * Appends 1, 2, 3 ... to each of the given files in turn, a line of 16 bytes, each on disk before the next file gets
 * its. Says the number on stdout once every file has it. Ends with its stdin.
 */
const files = process.argv.slice(2).map((path) => openSync(path, 'a'));

function count(number: number): void {
  for (const file of files) {
    writeSync(file, `${String(number).padStart(15, '0')}\n`);
    fsyncSync(file);
  }
  process.stdout.write(`${number}\n`);
  setImmediate(count, number + 1);
}

process.stdin.on('end', () => {
  files.forEach(closeSync);
  process.exit(0);
});
process.stdin.resume();
count(1);
