import path from 'node:path';
import { Option, type Command } from 'commander';
import type { Credentials, Source } from '../import/source.ts';
import type { Terminal } from './terminal.ts';
import { readSecrets } from './volume/read-secrets.ts';

/** How a source is read. */
export interface ImportOptions {
  readonly checksum?: string;
  readonly gitRef?: string;
  readonly as?: 'file' | 'tar';
  /** A file: on the command line everybody could read them. */
  readonly credentialsFile?: string;
}

/** What is imported, with the account for it. */
export interface OpenSource {
  readonly source: Source;
  readonly credentials: Credentials;
}

/** The options of a command that imports, added to it. */
export function addImportOptions(command: Command): Command {
  return command
    .option('--checksum <sha256:hex>', 'of a download or an archive: what it has to be')
    .option('--git-ref <ref>', 'of a repository: a branch, a tag or a commit; also behind # in its address')
    .addOption(
      new Option('--as <kind>', 'take it as a file, or unpack it, whatever it is called').choices(['file', 'tar']),
    )
    .option(
      '--credentials-file <file>',
      'username and password, or token, for http, git and images: KEY=VALUE lines, or JSON',
    );
}

/** Throws CliError and VolumeError for what cannot be imported. Node's part of it is loaded only now. */
export async function openSource(text: string, options: ImportOptions, terminal: Terminal): Promise<OpenSource> {
  const { parseSource } = await import('../import/parse-source.ts');
  const { parseCredentials } = await import('../import/credentials.ts');
  const { credentialsFile, ...reading } = options;
  const file = credentialsFile === undefined ? undefined : path.resolve(terminal.cwd, credentialsFile);
  const values = file === undefined ? undefined : await readSecrets(file);
  const credentials = parseCredentials(values, terminal.env);
  return { source: await parseSource(text, { ...reading, cwd: terminal.cwd }), credentials };
}
