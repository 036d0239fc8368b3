import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { freePort } from './mode-process.ts';
import { until } from './until.ts';

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

/** An sshd of the tests alone, on 127.0.0.1, with keys that are made for it in `directory`, which root logs in to. */
export async function startSshServer(directory: string): Promise<SshServer> {
  const at = (name: string) => path.join(directory, name);
  const host = 'code.example';
  const port = await freePort();
  for (const name of ['host', 'user', 'other'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', at(name)]);
  const { stdout: hostKey } = await execa('cat', [at('host.pub')]);
  await writeFile(
    at('sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('user.pub')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
    ].join('\n'),
  );
  await writeFile(
    at('ssh_config'),
    [
      `Host ${host}`,
      `  HostName 127.0.0.1`,
      `  Port ${port}`,
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
  // Where sshd locks itself in before anybody has logged in.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const { stdout: program } = await execa('which', ['sshd']);
  const daemon = execa(program, ['-D', '-e', '-f', at('sshd_config')], { reject: false });
  const stop = async (): Promise<void> => {
    daemon.kill();
    await daemon;
  };
  const scan = () => execa('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { reject: false });
  try {
    await until(async () => (await scan()).stdout !== '');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    bin: at('bin'),
    knownHosts: at('known_hosts'),
    hostKey: `${host} ${hostKey}`,
    stop,
  };
}
