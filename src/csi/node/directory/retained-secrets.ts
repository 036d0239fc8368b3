import type { Secrets } from '../../../pool/directory-mount.ts';

/**
 * The secrets with which volumes were staged since this process started: in its memory alone, never on disk. With them a
 * filesystem whose daemon has died is mounted again at once; without them at the next NodeStageVolume.
 */
export class RetainedSecrets {
  readonly #secrets = new Map<string, Secrets>();

  keep(volumeId: string, secrets: Secrets): void {
    this.#secrets.set(volumeId, secrets);
  }

  of(volumeId: string): Secrets | undefined {
    return this.#secrets.get(volumeId);
  }

  forget(volumeId: string): void {
    this.#secrets.delete(volumeId);
  }
}
