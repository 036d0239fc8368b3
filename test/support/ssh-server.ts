import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { startProgram } from './child.ts';
import { sshServerBinary } from './ssh-server-program.ts';

export interface SshServer {
  /** By which the client that is in `bin` knows it. */
  readonly host: string;
  /** A directory for PATH: its `ssh` has a configuration and known hosts of its own. */
  readonly bin: string;
  readonly knownHosts: string;
  /** As a line of known_hosts has it. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

/** A server of the test alone, on 127.0.0.1, with keys that are made for it in `directory`. */
export async function startSshServer(directory: string): Promise<SshServer> {
  const at = (name: string) => path.join(directory, name);
  const host = 'code.example';
  for (const name of ['host', 'user', 'other'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at(name)]);
  const hostKey = (await readFile(at('host.pub'), 'utf8')).trim();
  const server = await startProgram(sshServerBinary, at('host'), at('user.pub'));
  await writeFile(
    at('ssh_config'),
    [
      `Host ${host}`,
      `  HostName 127.0.0.1`,
      `  Port ${server.line}`,
      `  HostKeyAlias ${host}`,
      `  IdentityFile ${at('identity')}`,
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      `  UserKnownHostsFile ${at('known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
    ].join('\n'),
  );
  await mkdir(at('bin'));
  await writeFile(at('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh_config')} "$@"\n`);
  await chmod(at('bin/ssh'), 0o755);
  return {
    host,
    bin: at('bin'),
    knownHosts: at('known_hosts'),
    hostKey: `${host} ${hostKey}`,
    stop: () => server.kill(),
  };
}
