import type { Hook, Registration } from './registration.ts';
import type { HookRun } from './run-hook.ts';

/** Runs hooks where their programs are, and keeps what serves a mount alive longer than this process. */
export interface Mounter {
  /** Whether the hooks run in pods. Such a one may also begin when the process that has asked for it is gone. */
  runsInPods(registration: Pick<Registration, 'image'>): boolean;
  /** The hook whose words are filled in for `mount`. */
  mountHook(registration: Mountable): Hook;
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
  /**
   * Unmounts `target` as `unmount` does where something is mounted there, and ends all pods of the volume, also those that
   * an earlier process has asked for: when it returns, none of them runs, nor ever will.
   */
  endPods(what: UnmountRequest): Promise<void>;
}

/** A filesystem of either kind that a program mounts. */
export interface Mountable extends Pick<Registration, 'image'> {
  readonly hooks: { readonly mount: Hook; readonly mountPod?: Hook | undefined };
}

export interface MountRequest {
  readonly volumeId: string;
  readonly registration: Registration;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The volume's directory in the pool, where it has one. */
  readonly source: string | undefined;
  readonly target: string;
  readonly timeoutMs: number;
}

export interface UnmountRequest {
  readonly volumeId: string;
  readonly registration: Registration;
  /** Of the unmount hook; umount2(2) without it. */
  readonly command: readonly string[] | undefined;
  readonly target: string;
  readonly timeoutMs: number;
}

export interface HookRequest extends HookRun {
  readonly registration: Registration;
  readonly volumeId: string;
  readonly source: string | undefined;
  /** The image file that it works on, where that is not attached. */
  readonly imageFile?: string;
  /** Where it is mounted, for the hooks that work on a mount. */
  readonly target: string | undefined;
  /** Where this driver mounts the volume, whether it is mounted or not: by it what was left running is found. */
  readonly mountPoint?: string;
  /** Done before the hook, when nothing that was left runs any more. */
  readonly before?: () => Promise<void>;
}
