import { constants, readdir, write } from 'node:fs';
import { join } from 'node:path';
import { openFile } from './descriptor.ts';
import { viaNode } from './node-fs.ts';

/** The control groups right below this one, by path. Throws HostError. */
export async function childCgroups(directory: string): Promise<readonly string[]> {
  const entries = await viaNode<{ name: string; isDirectory(): boolean }[]>(
    (done) => {
      readdir(directory, { withFileTypes: true }, done);
    },
    () => `list the control groups in ${directory}`,
  );
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

/** One write(2) to a file of a control group, which takes a text as a whole and makes no file. Throws HostError. */
export async function writeControl(file: string, text: string): Promise<void> {
  const doing = () => `write "${text}" to ${file}`;
  using control = await openFile(file, constants.O_WRONLY, doing);
  await viaNode<number>((done) => {
    write(control.fd, text, done);
  }, doing);
}
