import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { VolumeError } from '../../../src/domain/errors.ts';
import { snapshotId, volumeId } from '../../../src/domain/ids.ts';
import { readyStatus, snapshotSpec, snapshotStatus, volumeSpec, volumeStatus } from '../fixtures.ts';
import { errorOf } from '../outcomes.ts';
import { realSync, scratchDirectory } from './scratch.ts';

describe('opening the SQLite catalog', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let path: string;
  beforeEach(async () => {
    directory = await scratchDirectory();
    path = join(directory.path, 'catalog.db');
  });
  afterEach(() => directory.remove());

  const open = (): Promise<Catalog> => openSqliteCatalog({ path, sync: realSync });

  it('finds again what was written', async () => {
    const first = await open();
    const created = await first.volumes.create(volumeId('one'), volumeSpec(), volumeStatus);
    const volume = await first.volumes.updateStatus(created, readyStatus);
    const snapshot = await first.snapshots.create(snapshotId('one'), snapshotSpec(), snapshotStatus);
    await first.close();
    expect(await readdir(directory.path), 'closed, it is one file').to.deep.equal(['catalog.db']);

    const second = await open();
    expect(await second.volumes.list()).to.deep.equal([volume]);
    expect(await second.snapshots.list()).to.deep.equal([snapshot]);
    const again = await second.volumes.update(volume, volumeSpec());
    expect(Number(again.version)).to.be.above(Number(volume.version));
    await second.close();
  });

  it('narrows by the pool that a volume is in now, whose name may change', async () => {
    const catalog = await open();
    const volume = await catalog.volumes.create(volumeId('one'), volumeSpec(), volumeStatus);
    await catalog.volumes.update(volume, { ...volume.spec, pool: 'node-b.default' });
    expect(await catalog.volumes.list({ pool: 'node-a.default' })).to.deep.equal([]);
    expect(await catalog.volumes.list({ pool: 'node-b.default' })).to.have.length(1);
    await catalog.close();
  });

  it('refuses a second opener in this process, and leaves the first its lock', async () => {
    const first = await open();
    await expectRefusal('FailedPrecondition', 'in use');
    await expectRefusal('FailedPrecondition', `a driver already runs on ${directory.path}: stop it first`);
    await first.volumes.create(volumeId('one'), volumeSpec(), volumeStatus);
    await first.close();
    await (await open()).close();
  });

  it('refuses a second opener in another process', async () => {
    const script = `
      import { DatabaseSync } from 'node:sqlite';
      try { new DatabaseSync(process.argv[1]).exec('SELECT * FROM volumes'); } catch (error) { console.log(error.errcode); }`;
    const first = await open();
    // A refused opener of this process must not have given up the lock: POSIX would drop it at any close of the file.
    await expectRefusal('FailedPrecondition', 'in use');
    const other = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: string[] = [];
    other.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    await once(other, 'close');
    expect(chunks.join('').trim()).to.equal('5');
    await first.close();
  });

  it('refuses a file that is no database and leaves it as it is', async () => {
    await writeFile(path, 'not a database '.repeat(1000));
    const before = await readFile(path);
    await expectRefusal('DataLoss', 'left as it is');
    expect((await readFile(path)).equals(before)).to.equal(true);
    expect(await readdir(directory.path)).to.deep.equal(['catalog.db']);
  });

  it('refuses a catalog with a damaged page or a part cut off', async () => {
    await fill(300);
    const { size } = await stat(path);
    const whole = await readFile(path);
    const damaged = Buffer.from(whole);
    damaged.fill(0xa5, 8 * 4096, 10 * 4096);
    await writeFile(path, damaged);
    await expectRefusal('DataLoss', 'left as it is');
    expect((await readFile(path)).equals(damaged)).to.equal(true);

    await writeFile(path, whole);
    await truncate(path, Math.floor(size / 8192) * 4096);
    await expectRefusal('DataLoss', 'left as it is');

    await writeFile(path, whole);
    const catalog = await open();
    expect(await catalog.volumes.list()).to.have.length(300);
    await catalog.close();
  });

  it('refuses a row that is not what it should be, and names it', async () => {
    await fill(2);
    const rows = [`spec = '{"size": 1}'`, `spec = json_set(spec, '$.size', 'big')`, `status = '{}'`];
    for (const change of rows) {
      const id = volumeId('0');
      const db = new DatabaseSync(path);
      const before = db.prepare('SELECT spec, status FROM volumes WHERE id = ?').get(id);
      db.exec(`UPDATE volumes SET ${change} WHERE id = '${id}'`);
      db.close();
      await expectRefusal('DataLoss', `volumes row ${id}`);
      const repair = new DatabaseSync(path);
      const { spec, status } = { spec: before?.['spec'] ?? null, status: before?.['status'] ?? null };
      repair.prepare('UPDATE volumes SET spec = ?, status = ? WHERE id = ?').run(spec, status, id);
      repair.close();
    }
    await (await open()).close();
  });

  it('refuses a newer schema', async () => {
    await (await open()).close();
    await execute('PRAGMA user_version = 99');
    await expectRefusal('FailedPrecondition', 'version 99');
    expect(await execute('PRAGMA user_version')).to.deep.include({ user_version: 99 });
  });

  it('refuses another program’s database and adds nothing to it', async () => {
    await execute('CREATE TABLE theirs (a)');
    const before = await readFile(path);
    await expectRefusal('FailedPrecondition', 'another program');
    expect((await readFile(path)).equals(before)).to.equal(true);
  });

  it('says when the directory is not there, and when the path is one', async () => {
    path = join(directory.path, 'nowhere', 'catalog.db');
    await expectRefusal('Unavailable', 'directory exists');
    path = directory.path;
    await expectRefusal('Unavailable', directory.path);
  });

  it('reads a kind through its indexes', async () => {
    await (await open()).close();
    const plan = await execute(
      `EXPLAIN QUERY PLAN SELECT id FROM snapshots WHERE id > '' AND group_id = 'g' ORDER BY id LIMIT 500`,
    );
    expect(plan?.['detail']).to.contain('snapshots_group_id (group_id=? AND id>?)');
  });

  async function expectRefusal(reason: string, text: string): Promise<void> {
    const refusal = await errorOf(open());
    expect(refusal).to.be.instanceOf(VolumeError).and.to.have.property('reason', reason);
    expect(refusal).to.have.property('message').that.contains(path).and.contains(text);
  }

  async function fill(count: number): Promise<void> {
    const catalog = await open();
    const ids = Array.from({ length: count }, (_, index) => volumeId(String(index)));
    await Promise.all(ids.map((id) => catalog.volumes.create(id, volumeSpec(), volumeStatus)));
    await catalog.close();
  }

  function execute(sql: string): Promise<Record<string, unknown> | undefined> {
    const db = new DatabaseSync(path);
    const row = db.prepare(sql).get();
    db.close();
    return Promise.resolve(row);
  }
});
