/** Builds the SSH server of the tests into `.cache/`, unless it is there already. */
import { sshServerBinary, sshServerSources } from '../test/support/ssh-server-program.ts';
import { buildSources } from './go-program.ts';

buildSources(sshServerSources, sshServerBinary);
