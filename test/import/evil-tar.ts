/** One member of a tar archive, written by hand: no tool makes those that are meant to harm. */
export interface Member {
  readonly name: string;
  readonly type: 'file' | 'symlink' | 'hardlink' | 'directory';
  readonly linkTo?: string;
  readonly content?: string;
  readonly mode?: number;
}

const TYPES = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

/** The archive, with the end that it has to have. */
export function evilTar(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.flatMap(memberOf), Buffer.alloc(1024)]);
}

function memberOf({ name, type, linkTo = '', content = '', mode = 0o755 }: Member): Buffer[] {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(TYPES[type], 156);
  header.write(linkTo, 157);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return [header, body];
}
