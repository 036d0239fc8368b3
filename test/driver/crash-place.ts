import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { DriverProcesses, type DriverProcess } from '../support/driver-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { describeState, halfImages } from './crash-state.ts';
import { Orchestrator } from './crash-orchestrator.ts';

/** The group snapshot that tests may make. */
export const GROUP = 'group';

/** The volume that tests may make. */
export const NAME = 'volume';

/** What stands in every volume that is there from the beginning. */
export const DATA = 'written and synced before';

/**
 * One driver with one pool and volumes in use, killed again and again: `mounted` (ext4) and `other` (xfs) are staged and
 * published, `raw` is a block volume, staged and published, `idle` is not in use; `cut` is a snapshot of `idle`. Each
 * holds DATA.
 */
export class CrashPlace {
  readonly co: Orchestrator;
  readonly #directory: TemporaryDirectory;
  readonly #processes: DriverProcesses;
  #driver: DriverProcess | undefined;

  private constructor(directory: TemporaryDirectory, processes: DriverProcesses) {
    this.#directory = directory;
    this.#processes = processes;
    this.co = new Orchestrator(join(directory.path, 'work'), () => this.driver.clients);
  }

  static async make(): Promise<CrashPlace> {
    const directory = temporaryDirectory('tome-crash');
    const place = new CrashPlace(directory, await DriverProcesses.load(directory.path));
    try {
      await place.#fill();
      return place;
    } catch (error) {
      await place.cleanUp();
      throw error;
    }
  }

  get driver(): DriverProcess {
    if (this.#driver === undefined) throw new Error('the driver does not run');
    return this.#driver;
  }

  path(relative: string): string {
    return join(this.#directory.path, 'work', relative);
  }

  /** The driver must be dead. */
  async restart(): Promise<void> {
    await rm(this.path('killed'), { force: true });
    this.#driver = await this.#processes.start(this.path(''));
  }

  /** Starts a driver that kills itself at a point of its start. Returns where, undefined when the start came first. */
  async dieStarting(point: number): Promise<string | undefined> {
    await rm(this.path('killed'), { force: true });
    const driver = await this.#processes.start(this.path(''), point);
    await driver?.kill();
    return driver === undefined ? this.lastWords() : undefined;
  }

  /** What it was about to do, or had just done, when it killed itself. */
  async lastWords(): Promise<string | undefined> {
    return existsSync(this.path('killed')) ? readFile(this.path('killed'), 'utf8') : undefined;
  }

  async describe(): Promise<unknown> {
    await this.driver.idle();
    const data = [...['mounted', 'other'].map((name) => join(this.co.targetOf(name), 'file')), this.co.targetOf('raw')];
    return describeState({
      directory: this.path('.'),
      clients: this.driver.clients,
      groups: [groupId(GROUP)],
      data,
    });
  }

  halfImages(): Promise<readonly string[]> {
    return halfImages(this.driver.clients.poolPath);
  }

  /** So that the next volume has to make its blank again. */
  async dropBlanks(): Promise<void> {
    await rm(join(this.driver.clients.poolPath, 'blanks'), { recursive: true });
    await mkdir(join(this.driver.clients.poolPath, 'blanks'));
  }

  async cleanUp(): Promise<void> {
    await this.#driver?.kill();
    await this.#processes.close();
    await this.#directory.cleanUp();
  }

  async #fill(): Promise<void> {
    const { co } = this;
    // The orchestrator's part of the paths.
    for (const name of ['mounted', 'other', 'idle', 'raw', NAME]) {
      await mkdir(this.path(co.stagingOf(name)), { recursive: true });
    }
    await this.restart();
    for (const [name, fsType, size] of [
      ['mounted', 'ext4', 64],
      ['idle', 'ext4', 64],
      ['other', 'xfs', 300],
      ['raw', 'block', 16],
    ] as const) {
      await co.createVolume(name, { fsType, size: size * MiB });
      await co.stage(name, { fsType });
      await co.publish(name, { fsType });
      await writeData(this.path(fsType === 'block' ? co.targetOf(name) : join(co.targetOf(name), 'file')));
    }
    await co.unpublish('idle');
    await co.unstage('idle');
    await co.createSnapshot('cut', 'idle');
  }
}

async function writeData(path: string): Promise<void> {
  if (!existsSync(path)) await writeFile(path, '');
  await using file = await open(path, 'r+');
  await file.write(`${DATA}\n`);
  await file.sync();
}
