import { expect } from 'chai';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GiB, MiB } from '../../src/domain/sizes.ts';
import { createVolume } from '../../src/pool/create-volume.ts';
import { findVolume } from '../../src/pool/find.ts';
import { attachImage } from '../../src/pool/attach-image.ts';
import { openPool } from '../../src/pool/open-pool.ts';
import type { PoolSettings } from '../../src/pool/pool.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { failureOf, host, poolSettings, testDeps, volume } from './open-test-pool.ts';

describe('a pool in a backing file', () => {
  let directory: TemporaryDirectory;
  let file: string;
  let settings: PoolSettings;

  beforeEach(() => {
    directory = temporaryDirectory('tome-backing');
    file = join(directory.path, 'disk', 'pool.xfs');
    const path = join(directory.path, 'pool');
    settings = poolSettings({ path, backing: { file, size: 400 * MiB, thin: false } });
  });
  afterEach(() => directory.cleanUp());

  it('is made, preallocated, with reflink, and leaves nothing mounted when it closes', async () => {
    const pool = await openPool(settings, testDeps());
    expect(pool.reflink).to.equal(true);
    expect(await host.files.stat(file)).to.satisfy(
      (stat: { size: number; allocated: number }) => stat.allocated >= stat.size && stat.size === 400 * MiB,
    );
    const record = await createVolume(pool, volume('one'));
    await pool.close();
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });

    const again = await openPool({ ...settings, knownUuid: pool.uuid }, testDeps());
    expect(await findVolume(again, record.id)).to.deep.equal(record);
    await again.close();
  });

  it('stays mounted while a volume is in use, and is found again', async () => {
    const pool = await openPool(settings, testDeps());
    const record = await createVolume(pool, volume('one'));
    const attached = await attachImage(pool, record, { access: 'writers', autoclear: false });
    await pool.close();
    const [mounted] = (await directory.leftovers()).mounts;
    expect(mounted).to.equal(settings.path);

    const again = await openPool({ ...settings, knownUuid: pool.uuid }, testDeps());
    expect(await findVolume(again, record.id)).to.deep.equal(record);
    expect((await directory.leftovers()).mounts).to.have.length(1);
    attached.close();
    await host.loops.detach(attached.device.path);
    await again.close();
    expect((await directory.leftovers()).mounts).to.deep.equal([]);
  });

  it('is not made again when the node has seen it before', async () => {
    const pool = await openPool(settings, testDeps());
    await pool.close();
    await rm(file);
    const failure = await failureOf(openPool({ ...settings, knownUuid: pool.uuid }, testDeps()));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(await host.files.stat(file)).to.equal(undefined);
  });

  it('leaves nothing mounted when it cannot be opened, and what another driver uses', async () => {
    const pool = await openPool(settings, testDeps());
    expect((await failureOf(openPool(settings, testDeps()))).reason).to.equal('FailedPrecondition');
    expect((await directory.leftovers()).mounts).to.deep.equal([settings.path]);
    await pool.close();
    const other = { ...settings, knownUuid: volume('other').uuid };
    expect((await failureOf(openPool(other, testDeps()))).reason).to.equal('FailedPrecondition');
    expect(await directory.leftovers()).to.deep.equal({ mounts: [], loops: [] });
  });

  it('takes up an interrupted first start', async () => {
    await mkdir(join(directory.path, 'disk'));
    await writeFile(`${file}.new`, 'half a filesystem');
    const pool = await openPool(settings, testDeps());
    await pool.close();
    expect(await host.files.list(join(directory.path, 'disk'))).to.deep.equal(['pool.xfs']);
  });

  it('refuses a disk without room for it, and a size that XFS does not have', async () => {
    const tooLarge = { ...settings, backing: { file, size: 100 * 1024 * GiB, thin: false } };
    expect((await failureOf(openPool(tooLarge, testDeps()))).reason).to.equal('ResourceExhausted');
    const tooSmall = { ...settings, backing: { file, size: 100 * MiB, thin: false } };
    expect((await failureOf(openPool(tooSmall, testDeps()))).reason).to.equal('InvalidArgument');
    expect(await host.files.list(join(directory.path, 'disk'))).to.deep.equal([]);
  });

  it('covers nothing that is there already', async () => {
    await mkdir(settings.path);
    await writeFile(join(settings.path, 'precious'), '');
    expect((await failureOf(openPool(settings, testDeps()))).reason).to.equal('FailedPrecondition');
    await rm(join(settings.path, 'precious'));
    await host.mounts.mount({ source: 'other', target: settings.path, fsType: 'tmpfs', options: [] });
    const failure = await failureOf(openPool(settings, testDeps()));
    expect(failure.reason).to.equal('FailedPrecondition');
    expect(failure.message).to.contain('other');
  });

  it('is sparse when it is thin', async () => {
    const pool = await openPool({ ...settings, backing: { file, size: GiB, thin: true } }, testDeps());
    expect((await host.files.stat(file))?.allocated).to.be.below(200 * MiB);
    await pool.close();
  });
});
