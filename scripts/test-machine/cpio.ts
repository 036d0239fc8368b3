export interface Entry {
  readonly name: string;
  /** With the bits of its type. */
  readonly mode: number;
  readonly content?: Buffer;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
}

/** An archive as the kernel takes one for its first files (initramfs, format "newc"). */
export function archive(entries: readonly Entry[]): Buffer {
  const end = { name: 'TRAILER!!!', mode: 0 };
  return Buffer.concat([...entries, end].flatMap((entry, index) => parts(entry, index + 1)));
}

function parts({ name, mode, content = Buffer.alloc(0), device = [0, 0] }: Entry, inode: number): readonly Buffer[] {
  const path = Buffer.from(`${name}\0`);
  // Magic; inode, mode, uid, gid, links, mtime, size; device of the file, device that it is; length of the name, check.
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, ...device, path.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [header, path, padding(header.length + path.length), content, padding(content.length)];
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
