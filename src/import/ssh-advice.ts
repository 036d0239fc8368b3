/** What to do about that which OpenSSH has said; undefined where it said nothing of the kind. */
export function sshAdvice(said: string): string | undefined {
  if (/^Host key for .* has changed/m.test(said)) {
    return (
      'the server has another key than the one that is known of it: somebody may be in between. If it is meant to have ' +
      'a new one, take the old one away (ssh-keygen -R HOST), and log in once by hand'
    );
  }
  if (said.includes('Host key verification failed')) {
    return (
      'the key of the server is not known, and nobody is asked: log in once by hand (ssh HOST) and compare it, or add it ' +
      'to ~/.ssh/known_hosts'
    );
  }
  if (/Permission denied \([^)]*publickey/.test(said)) {
    return (
      'the server accepts no key of this user: give one that needs no passphrase, by ssh-agent or by IdentityFile in ' +
      '~/.ssh/config'
    );
  }
  return undefined;
}
