import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { groupId, volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { countIn, startCounting, type Writer } from '../pool/counting.ts';
import type { TestDriver } from '../support/driver.ts';
import { Orchestrator } from './crash-orchestrator.ts';

const SIZES = { ext4: 64 * MiB, xfs: 300 * MiB, block: 16 * MiB } as const;
export type Kind = keyof typeof SIZES;

/** An application of several volumes in use, whose writer counts up in all of them, in turn. */
export class CountedApplication {
  readonly co: Orchestrator;
  readonly #directory: string;
  readonly #members: readonly (readonly [name: string, kind: Kind])[];

  /** A member of each of these kinds. */
  constructor(directory: string, clients: () => TestDriver, kinds: readonly Kind[]) {
    this.#directory = directory;
    this.#members = kinds.map((kind, index) => [`member-${index + 1}`, kind] as const);
    this.co = new Orchestrator(directory, clients);
  }

  /** The names of its volumes. */
  get volumes(): readonly string[] {
    return this.#members.map(([name]) => name);
  }

  stagingOf(name: string): string {
    return join(this.#directory, this.co.stagingOf(name));
  }

  /** Makes and mounts the volumes, and lets the writer begin. */
  async start(): Promise<Writer> {
    const paths: string[] = [];
    for (const [name, kind] of this.#members) paths.push(await this.#use(name, kind));
    const writer = startCounting(...paths);
    await writer.reached(20);
    return writer;
  }

  async stop(): Promise<void> {
    for (const [name] of this.#members) await this.#remove(name);
  }

  /** How far the writer was in each volume, by what is restored of a group snapshot as a whole. */
  countsIn(group: string): Promise<readonly number[]> {
    return this.#counts((name) => `${groupId(group)}/${volumeId(name)}`);
  }

  /** The same by snapshots of each volume alone, `PREFIX-VOLUME`. */
  countsInEach(prefix: string): Promise<readonly number[]> {
    return this.#counts((name) => `${prefix}-${name}`);
  }

  async #counts(snapshotOf: (name: string) => string): Promise<readonly number[]> {
    const counts: number[] = [];
    for (const [name, kind] of this.#members) {
      counts.push(await countIn(await this.#use(`restored-${name}`, kind, snapshotOf(name))));
      await this.#remove(`restored-${name}`);
    }
    return counts;
  }

  /** Where the numbers are. */
  async #use(name: string, kind: Kind, restore?: string): Promise<string> {
    await this.co.createVolume(name, { fsType: kind, size: SIZES[kind], ...(restore && { restore }) });
    await mkdir(this.stagingOf(name), { recursive: true });
    await this.co.stage(name, { fsType: kind });
    await this.co.publish(name, { fsType: kind });
    const target = join(this.#directory, this.co.targetOf(name));
    return kind === 'block' ? target : join(target, 'numbers');
  }

  async #remove(name: string): Promise<void> {
    await this.co.unpublish(name);
    await this.co.unstage(name);
    await this.co.deleteVolume(name);
  }
}

/**
 * Why these counts are of no one moment; undefined when they are. Each number is on disk in one volume before the next
 * gets it, so at any moment each volume is as far as the one before it or one behind, and no two are further apart.
 */
export function disorder(counts: readonly number[]): string | undefined {
  const isOrdered = counts.every((count, index) => count <= (counts[index - 1] ?? Infinity));
  return isOrdered && (counts[0] ?? 0) - (counts.at(-1) ?? 0) <= 1 ? undefined : counts.join(' ');
}
