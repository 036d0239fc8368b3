import type { DirectoryRegistration, Hook } from './registration.ts';
import type { HookRun } from './run-hook.ts';

/** Mounts directory filesystems where their programs are, and keeps what serves them alive longer than this process. */
export interface Mounter {
  /** The hook whose words are filled in for `mount`. */
  mountHook(registration: DirectoryRegistration): Hook;
  /**
   * Runs the mount hook; returns when `target`, which is made, is a mount that answers. Idempotent for one volume: what
   * is mounted there and answers stays, a dead one is replaced. A failure leaves no mount behind. Throws HostError.
   */
  mount(what: MountRequest): Promise<void>;
  /**
   * `mount` without the environment at hand: with that of the last time, where this kept it. False when it keeps none, so
   * that only a call which brings the secrets can mount it again.
   */
  mountAgain(what: Omit<MountRequest, 'env'>): Promise<boolean>;
  /** Undoes it: unmounts (hook, umount2, lazily when dead) and ends what serves it. Gone already is fine. */
  unmount(what: UnmountRequest): Promise<void>;
  /**
   * Runs another hook, which finds `source` and `target`; as `runHook`. What an earlier call has left running of a hook of
   * this volume, when the driver ended, is ended first.
   */
  run(what: HookRequest): Promise<string>;
}

export interface MountRequest {
  readonly volumeId: string;
  readonly registration: DirectoryRegistration;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The volume's directory in the pool, where it has one. */
  readonly source: string | undefined;
  readonly target: string;
  readonly timeoutMs: number;
}

export interface UnmountRequest {
  readonly volumeId: string;
  readonly registration: DirectoryRegistration;
  /** Of the unmount hook; umount2(2) without it. */
  readonly command: readonly string[] | undefined;
  readonly target: string;
  readonly timeoutMs: number;
}

export interface HookRequest extends HookRun {
  readonly registration: DirectoryRegistration;
  readonly volumeId: string;
  readonly source: string | undefined;
  /** Where it is mounted, for the hooks that work on a mount. */
  readonly target: string | undefined;
  /** Where this driver mounts the volume, whether it is mounted or not: by it what was left running is found. */
  readonly mountPoint?: string;
  /** Done before the hook, when nothing that was left runs any more. */
  readonly before?: () => Promise<void>;
}
