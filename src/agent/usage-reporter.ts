import { setTimeout as delay } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { modifyStatus } from '../catalog/modify.ts';
import type { VolumeMount, VolumeStatus } from '../domain/volume.ts';
import { UNUSED, type VolumeUse } from '../pool/volume-use.ts';
import type { Place } from './place.ts';
import { backoffMs } from './retry.ts';
import type { TroubleLog } from './trouble-log.ts';

/** Milliseconds: what a pod's start and end do to a volume comes in several calls. */
const MOMENT_MS = 100;

export interface UsageReporterOptions {
  readonly catalog: Catalog;
  readonly nodeName: string;
  /** What is served now, by the ids of the Pool resources. */
  readonly serving: ReadonlyMap<string, Place>;
  readonly troubles: TroubleLog;
  readonly signal: AbortSignal;
  /** Told of each volume that is not mounted here any more. */
  readonly onIdle: (id: string) => Promise<void>;
}

/**
 * Writes down after the fact which volumes this node has mounted, as the kernel says. Nobody waits for it: a change that
 * the catalog does not take is written when it does, as things are then.
 */
export class UsageReporter {
  readonly #options: UsageReporterOptions;
  readonly #changed = new Set<string>();
  /** How often in a row the catalog has not taken it. */
  readonly #failures = new Map<string, number>();
  #running: Promise<void> | undefined;

  constructor(options: UsageReporterOptions) {
    this.#options = options;
  }

  /** Something may have changed; asked for again before it is looked at, it is looked at once. */
  changed(id: string): void {
    if (this.#options.signal.aborted) return;
    this.#changed.add(id);
    this.#running ??= this.#work().finally(() => (this.#running = undefined));
  }

  /** Compares what the catalog says of all volumes of a pool. */
  async compareAll(poolId: string, place: Place): Promise<void> {
    const { catalog, nodeName } = this.#options;
    const uses = await place.uses();
    for (const { id, status } of await catalog.volumes.list({ pool: poolId })) {
      if (withUse(status, nodeName, uses.get(id) ?? UNUSED) !== undefined) this.changed(id);
    }
  }

  async stop(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    const { signal } = this.#options;
    while (this.#changed.size > 0 && !signal.aborted) {
      await delay(MOMENT_MS, undefined, { signal, ref: false }).catch(() => undefined);
      for (const id of [...this.#changed]) {
        this.#changed.delete(id);
        await this.#tryWrite(id);
      }
    }
  }

  /** One that the catalog does not take has its next turn later, so that the others have theirs. */
  async #tryWrite(id: string): Promise<void> {
    const { troubles } = this.#options;
    const what = 'writing down which volumes are mounted';
    try {
      await this.#write(id);
      this.#failures.delete(id);
      if (this.#failures.size === 0) troubles.worked(what);
    } catch (error) {
      troubles.failed(what, error);
      const failures = (this.#failures.get(id) ?? 0) + 1;
      this.#failures.set(id, failures);
      setTimeout(() => {
        this.changed(id);
      }, backoffMs(failures)).unref();
    }
  }

  async #write(id: string): Promise<void> {
    const { catalog, nodeName, serving, onIdle } = this.#options;
    // Looked at on each try: what counts is how things are by then.
    const place = [...serving.values()].find((one) => one.has(id));
    const use = place === undefined ? UNUSED : await place.use(id);
    const written = await modifyStatus(catalog.volumes, id, ({ status, spec }) =>
      serving.has(spec.pool) ? withUse(status, nodeName, use) : undefined,
    );
    if (written?.spec.desired === 'Absent' && !use.mounted) await onIdle(id);
  }
}

/** Undefined when that is what the status says. */
function withUse(status: VolumeStatus, nodeName: string, use: VolumeUse): VolumeStatus | undefined {
  const own = status.mounts.find((mount) => mount.nodeName === nodeName);
  const isSame = use.mounted ? own?.readOnly === use.readOnly : own === undefined;
  if (isSame) return undefined;
  const others = status.mounts.filter((mount) => mount.nodeName !== nodeName);
  const mounts: VolumeMount[] = use.mounted ? [...others, { nodeName, readOnly: use.readOnly }] : others;
  return { ...status, mounts };
}
