import { VolumeError } from '../../domain/errors.ts';
import { HostError } from '../../host/host-error.ts';
import type { Host } from '../../host/host.ts';
import { fillIn, type Values } from './fill-in.ts';
import type { Hook, Registration } from './registration.ts';

/** A hook that is ready to run. */
export interface HookRun {
  readonly registration: Registration;
  /** Its name, such as `mount`: for errors. */
  readonly hook: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The argument vector of a hook, and how long it may take. `values` without those of the arguments. */
export function filledHook(
  hook: Hook,
  values: Values,
  args: Readonly<Record<string, string>> = {},
): Pick<HookRun, 'command' | 'timeoutMs'> {
  const named = Object.entries(args).map(([name, value]) => [`arg.${name}`, value] as const);
  const command = fillIn(hook.command, { ...values, ...Object.fromEntries(named) });
  return { command, timeoutMs: hook.timeoutSeconds * 1000 };
}

/** The argument vector of an unmount hook, undefined without one, and how long unmounting may take. */
export function filledUnmount(
  hook: Hook | undefined,
  target: string,
): { readonly command: readonly string[] | undefined; readonly timeoutMs: number } {
  return hook === undefined ? { command: undefined, timeoutMs: UNMOUNT_MS } : filledHook(hook, { target });
}

/** Milliseconds for umount2(2), and for what served the mount to end. */
const UNMOUNT_MS = 60_000;

/**
 * The variables that the operator has declared for the hooks. `secrets` are the CSI secrets of the call; undefined where
 * there are none by nature, as when the agent deletes a volume: then those variables are left out. Throws
 * FailedPrecondition naming the key of a secret, or the file, that is missing.
 */
export async function hookEnvironment(
  host: Pick<Host, 'files'>,
  { name, environment }: Registration,
  secrets: Readonly<Record<string, string>> | undefined,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  for (const [variable, from] of Object.entries(environment)) {
    if ('value' in from) variables[variable] = from.value;
    else if ('file' in from) variables[variable] = await readVariable(host, name, variable, from.file);
    else if (secrets !== undefined) variables[variable] = requireSecret(secrets, name, from.secret);
  }
  return variables;
}

/**
 * Runs a hook in a session of its own, and returns what it printed to stdout. What it starts outlives this process; when
 * it fails or takes too long, what is left of it is killed. Throws HostError (`EXIT`, `ETIMEDOUT`, `ENOENT`) that names
 * the hook and ends with the last lines it printed, without the values of secrets and files.
 */
export async function runHook(host: Pick<Host, 'run'>, run: HookRun): Promise<string> {
  const { registration, hook, command, env, timeoutMs } = run;
  const [program = '', ...args] = command;
  try {
    return await host.run(program, args, { timeoutMs, env, secrets: secretValues(registration, env), session: true });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new HostError(error.code, `hook ${hook} of filesystem ${registration.name}: ${error.message}`, {
      cause: error,
    });
  }
}

/** What a hook says is for whoever asked for the volume, and no fault of this program: FailedPrecondition, or Unavailable. */
export async function asRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const reason = error.code === 'ETIMEDOUT' ? 'Unavailable' : 'FailedPrecondition';
    throw new VolumeError(reason, error.message, { cause: error });
  }
}

/** What the operator wrote into the configuration itself, and what this program adds, may be seen. */
function secretValues({ environment }: Registration, env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const from = environment[variable];
    return from === undefined || 'value' in from ? [] : [value];
  });
}

async function readVariable(
  { files }: Pick<Host, 'files'>,
  name: string,
  variable: string,
  file: string,
): Promise<string> {
  const text = await files.read(file);
  // Whoever writes a file by hand ends it with a line break that is not meant.
  if (text !== undefined) return text.replace(/\r?\n$/, '');
  const message = `filesystem ${name} takes ${variable} from ${file}, which is not there: put it there on this node`;
  throw new VolumeError('FailedPrecondition', message);
}

function requireSecret(secrets: Readonly<Record<string, string>>, name: string, key: string): string {
  const value = Object.hasOwn(secrets, key) ? secrets[key] : undefined;
  if (value !== undefined) return value;
  const message = `filesystem ${name} needs the key ${key} in the secret of NodeStageVolume: add it to the Secret that the StorageClass names (csi.storage.k8s.io/node-stage-secret-name), or to the file of tome volume attach --secrets-file`;
  throw new VolumeError('FailedPrecondition', message);
}
