import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GiB } from '../../src/domain/sizes.ts';
import { HostError } from '../../src/host/host-error.ts';
import type { Host, LoopDevice } from '../../src/host/host.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { IoLimiter } from '../../src/pool/io-limiter.ts';
import { linesOf, noIoMaxLine } from '../../src/pool/io-max.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { VolumeRecord } from '../../src/pool/record.ts';
import { host, poolSettings, silent, testDeps, volume, xfsPlace, type PoolPlace } from './open-test-pool.ts';

const CGROUP2 = 0x63677270;
export const GROUPS = ['kubepods.slice', 'system.slice'];

/** The files of control groups in a plain directory; the kernel's part is to keep one line for each device. */
function fakeCgroups(root: string): { fake: Host; written: string[] } {
  for (const group of GROUPS) mkdirSync(join(root, group), { recursive: true });
  writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu io memory\n');
  writeFileSync(join(root, 'cgroup.subtree_control'), '');
  const written: string[] = [];
  const set = (file: string, text: string): Promise<void> => {
    written.push(`${file.slice(root.length + 1)} ${text}`);
    if (text === '+io') {
      writeFileSync(file, 'io\n');
      for (const group of GROUPS) writeFileSync(join(root, group, 'io.max'), '');
      return Promise.resolve();
    }
    const [device = ''] = text.split(' ');
    const others = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${device} `));
    const lines = text === noIoMaxLine(device) ? others : [...others, text];
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return Promise.resolve();
  };
  const usage: Host['files']['usage'] = async (path) => ({
    ...(await host.files.usage(path)),
    ...(path === root && { type: CGROUP2 }),
  });
  return { fake: { ...host, files: { ...host.files, usage }, cgroups: { ...host.cgroups, set } }, written };
}

interface Attached {
  readonly record: VolumeRecord;
  readonly device: LoopDevice;
  readonly close: () => void;
  /** Of each group; undefined where it has none. */
  readonly line: () => readonly (string | undefined)[];
}

/** In a `describe`: a pool with real loop devices, and control groups in a plain directory, new for each test. */
export class IoLimitsWorld {
  root = '';
  cgroupRoot = '';
  fake = host;
  written: string[] = [];
  #place: PoolPlace | undefined;
  readonly #pools: Pool[] = [];
  readonly #attached: (() => void)[] = [];

  constructor() {
    before(async () => {
      this.#place = await xfsPlace(3 * GiB);
    });
    beforeEach(() => {
      this.root = join(this.#path.aside, `cgroup-${String(Math.random()).slice(2)}`);
      this.cgroupRoot = this.root;
      const { fake, written } = fakeCgroups(this.root);
      Object.assign(this, { fake, written });
    });
    afterEach(async () => {
      for (const close of this.#attached.splice(0)) close();
      await this.#closePools();
    });
    after(() => this.#place?.cleanUp());
  }

  limiter(using = this.fake): IoLimiter {
    return new IoLimiter({ host: using, cgroupRoot: this.cgroupRoot, directory: this.#notes, log: silent });
  }

  notes(): readonly string[] {
    return readdirSync(this.#notes);
  }

  noteOf({ number }: LoopDevice): string {
    return join(this.#notes, `7-${number}.json`);
  }

  async open(ioLimiter = this.limiter()): Promise<Pool> {
    const pool = await openPool(poolSettings({ path: this.#path.path }), { ...testDeps(this.fake), ioLimiter });
    this.#pools.push(pool);
    return pool;
  }

  async restart(): Promise<Pool> {
    await this.#closePools();
    const ioLimiter = this.limiter();
    await ioLimiter.begin();
    await ioLimiter.close();
    return this.open(ioLimiter);
  }

  /** Stays until the test ends, or `close`. */
  async attach(pool: Pool, name: string, ioLimits?: { readIops?: number; writeBandwidth?: number }): Promise<Attached> {
    const record = await createVolume(pool, volume(name, { volumeMode: 'Block', ...(ioLimits && { ioLimits }) }));
    const loop = await attachImage(pool, record, { access: 'writers', autoclear: true });
    const { device } = loop;
    const close = () => {
      loop.close();
    };
    this.#attached.push(close);
    return { record, device, close, line: () => this.standing(device) };
  }

  standing({ number }: LoopDevice): readonly (string | undefined)[] {
    return GROUPS.map((group) => linesOf(this.ioMax(group)).get(`7:${number}`));
  }

  ioMax(group: string): string {
    return readFileSync(join(this.root, group, 'io.max'), 'utf8');
  }

  get #notes(): string {
    return join(this.root, '..', `notes-${this.root.slice(-8)}`);
  }

  get #path(): PoolPlace {
    if (this.#place === undefined) throw new Error('there is no place for a pool yet');
    return this.#place;
  }

  async #closePools(): Promise<void> {
    await Promise.all(this.#pools.splice(0).map((pool) => pool.close()));
  }
}

export const twice = (line: string | undefined): readonly (string | undefined)[] => [line, line];

export function notPermitted(): HostError {
  return new HostError('EPERM', 'write "..." to io.max: EPERM');
}
