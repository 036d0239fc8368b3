import path from 'node:path';
import { CliError } from './cli-error.ts';

const UNIX = 'unix:';

export interface SocketChoice {
  readonly option: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The absolute path of the driver's socket: `--socket`, else $TOME_SOCKET, else ./.tome/csi.sock. Takes a path or a
 * unix:// URL; other URLs are a CliError, since the staging directory beside the socket has to be on this machine.
 */
export function socketPath({ option, env, cwd }: SocketChoice): string {
  const given = option ?? (env['TOME_SOCKET'] || '.tome/csi.sock');
  const url = /^[a-z][a-z0-9+.-]*:/i.exec(given)?.[0];
  if (url !== undefined && url !== UNIX) {
    throw new CliError(
      `${given} is not a socket on this machine`,
      'give a path, or a URL such as unix:///run/tome/csi.sock',
    );
  }
  const file = url === undefined ? given : given.slice(UNIX.length).replace(/^\/\//, '');
  if (file === '')
    throw new CliError(`${given} names no socket`, 'give a path, or a URL such as unix:///run/tome/csi.sock');
  return path.resolve(cwd, file);
}

export function socketUrl(socket: string): string {
  return `${UNIX}//${socket}`;
}
