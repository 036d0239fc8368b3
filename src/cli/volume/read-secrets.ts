import { open, type FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { messageOf } from '../../domain/errors.ts';
import { CliError } from '../cli-error.ts';

/** Bytes: as much as a Secret of Kubernetes may have. */
const MAXIMUM = 1024 * 1024;

/** What all but the owner of a file may do with it. */
const OTHERS = 0o077;

const KEY = /^[-._A-Za-z0-9]+$/;
const schema = z.record(z.string().regex(KEY), z.string());

/**
 * The secrets of a volume's filesystem in a file that nobody but its owner can read: a JSON object of texts, or lines
 * KEY=VALUE, where empty ones and those that begin with # say nothing. No message has anything of the file in it but keys.
 */
export async function readSecrets(path: string): Promise<Record<string, string>> {
  const text = await readPrivate(path);
  return text.trimStart().startsWith('{') ? parseJson(text, path) : parseLines(text, path);
}

async function readPrivate(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stat = await file.stat();
    if (stat.isFile() && (stat.mode & OTHERS) !== 0) {
      throw new CliError(`others than its owner may use ${path}, which has secrets in it`, `chmod 600 ${path}`);
    }
    if (stat.size > MAXIMUM) throw new CliError(`${path} is too large: secrets have 1 MiB at most`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`the file of secrets cannot be read: ${messageOf(error)}`, undefined, { cause: error });
  } finally {
    await file?.close();
  }
}

/** What a parser says of a text may have a piece of it. */
function parseJson(text: string, path: string): Record<string, string> {
  const wanted = `${path} has to be a JSON object of texts, {"KEY": "VALUE"}, or lines KEY=VALUE`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CliError(`${path} is not JSON, though it begins so`, wanted);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new CliError(`${path}: ${keys === '' ? 'what it has' : keys} is no text`, wanted);
}

function parseLines(text: string, path: string): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, key, value] = /^([^=]*)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || !KEY.test(key)) {
      throw new CliError(`${path}, line ${index + 1} is not KEY=VALUE`, 'a key has letters, digits, ".", "-" and "_"');
    }
    secrets[key] = value;
  }
  return secrets;
}
