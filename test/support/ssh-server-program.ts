import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** An SSH server that runs as a process of the test alone: Debian's would be started for everybody as it is installed. */
export const sshServerSources = path.join(import.meta.dirname, '../tools/ssh-server');

const hash = createHash('sha256');
for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(path.join(sshServerSources, file)));
const version = hash.digest('hex').slice(0, 12);

/** Their hash is part of the place: a change there builds anew. */
export const sshServerBinary = path.join(import.meta.dirname, `../../.cache/ssh-server-${version}/ssh-server`);
