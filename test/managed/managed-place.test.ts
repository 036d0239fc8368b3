import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { volumeId } from '../../src/domain/ids.ts';
import { createManaged } from '../../src/managed/create-volume.ts';
import { deleteManaged } from '../../src/managed/delete-volume.ts';
import { managedHealth } from '../../src/managed/health.ts';
import type { ManagedPlace } from '../../src/managed/managed-place.ts';
import { refreshIdentities } from '../../src/managed/refresh-identities.ts';
import { updateManaged } from '../../src/managed/update-volume.ts';
import { failureOf } from '../pool/open-test-pool.ts';
import { host, managedWorld, volumeOf, type ManagedWorld } from './managed-world.ts';

describe("a node's managed volumes", () => {
  let world: ManagedWorld;
  let place: ManagedPlace;
  beforeEach(async () => {
    world = managedWorld();
    place = await world.open();
  });
  afterEach(() => world.directory.cleanUp());

  it('are directories that are there, and stay as they are', async () => {
    const path = world.make('team', 'photos');
    writeFileSync(join(path, 'one'), 'data');
    const wanted = volumeOf('v', path, { tags: { a: 'b' }, claim: 'team/photos' });
    const record = await createManaged(place, wanted);
    expect(record).to.deep.include({ ...wanted, format: 1, kind: 'managed' });
    expect(await createManaged(place, wanted)).to.equal(record);
    await deleteManaged(place, wanted.id, wanted.uuid);
    await deleteManaged(place, wanted.id, wanted.uuid);
    expect(readFileSync(join(path, 'one'), 'utf8')).to.equal('data');
    expect(readdirSync(world.records)).to.deep.equal([]);
    await createManaged(place, volumeOf('w', path));
  });

  it('are not made where there is no directory, and nothing stays of the try', async () => {
    world.make('a');
    writeFileSync(join(world.root, 'file'), '');
    symlinkSync(join(world.root, 'a'), join(world.root, 'link'));
    const wrong: readonly [string, string, string][] = [
      [join(world.root, 'missing'), 'NotFound', 'does not exist'],
      [join(world.root, 'missing', 'below'), 'NotFound', 'does not exist'],
      [join(world.root, 'file'), 'FailedPrecondition', 'not a directory'],
      [join(world.root, 'file', 'below'), 'FailedPrecondition', 'not a directory'],
      [join(world.root, 'link'), 'FailedPrecondition', 'symlink'],
      [join(world.root, 'link', 'below'), 'FailedPrecondition', 'symlink'],
      [`${world.root}/../root/a`, 'InvalidArgument', '".."'],
      [world.root, 'InvalidArgument', 'is a managed root itself'],
      ['/etc', 'InvalidArgument', 'not beneath a managed root'],
    ];
    for (const [path, reason, message] of wrong) {
      const error = await failureOf(createManaged(place, volumeOf('v', path)));
      expect(error, path).to.include({ reason });
      expect(error.message, path).to.contain(message);
    }
    expect(await host.files.list(world.records)).to.deep.equal([]);
    expect(place.records.size).to.equal(0);
  });

  it('are not found where the root is away', async () => {
    const path = world.make('a');
    renameSync(world.root, `${world.root}.away`);
    expect(await failureOf(createManaged(place, volumeOf('v', path)))).to.include({ reason: 'NotFound' });
  });

  it('have each a directory of their own: not the same, none above and none below', async () => {
    const path = world.make('a', 'b', 'c');
    await createManaged(place, volumeOf('first', join(world.root, 'a', 'b'), { claim: 'ns/first' }));
    const wrong: readonly [string, string][] = [
      [join(world.root, 'a', 'b'), 'is volume first of claim ns/first already'],
      [path, `is below ${join(world.root, 'a', 'b')}, which is volume first of claim ns/first`],
      [join(world.root, 'a'), `is above ${join(world.root, 'a', 'b')}, which is volume first of claim ns/first`],
    ];
    for (const [directory, message] of wrong) {
      const error = await failureOf(createManaged(place, volumeOf('second', directory)));
      expect(error).to.include({ reason: 'FailedPrecondition' });
      expect(error.message).to.contain(message);
    }
    await createManaged(place, volumeOf('second', world.make('a', 'bc')));
  });

  it('are compared by what they are, so that no bind mount hides one', async () => {
    const path = world.make('a', 'b');
    const bound = world.make('bound');
    const boundAbove = world.make('above');
    await createManaged(place, volumeOf('first', path));
    await host.mounts.bind({ source: path, target: bound, readOnly: false });
    await host.mounts.bind({ source: join(world.root, 'a'), target: boundAbove, readOnly: false });
    mkdirSync(join(path, 'c'));
    const same = await failureOf(createManaged(place, volumeOf('second', bound)));
    expect(same.message).to.contain(`already, as ${path}`);
    expect((await failureOf(createManaged(place, volumeOf('second', join(bound, 'c'))))).message).to.contain(
      'is below',
    );
    expect((await failureOf(createManaged(place, volumeOf('second', boundAbove)))).message).to.contain('is above');
    expect((await failureOf(createManaged(place, volumeOf('second', join(boundAbove, 'b'))))).message).to.contain(
      'already',
    );
  });

  it('are compared also with one whose disk is away', async () => {
    const path = world.make('disk', 'a');
    await createManaged(place, volumeOf('first', path));
    renameSync(join(world.root, 'disk'), join(world.root, 'away'));
    place = await world.open();
    world.make('disk', 'a');
    await refreshIdentities(place);
    expect((await failureOf(createManaged(place, volumeOf('second', path)))).message).to.contain(
      'volume "first" (vol-',
    );
  });

  it('let one of many win that are asked for at once', async () => {
    const path = world.make('a');
    world.make('a', 'b');
    const asked = Array.from({ length: 20 }, (_, n) =>
      createManaged(place, volumeOf(`v${n}`, n % 2 === 0 ? path : join(path, 'b'))),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(readdirSync(world.records)).to.have.length(1);
  });

  it('are known again after a start', async () => {
    const wanted = volumeOf('v', world.make('a'), { sharing: 'many' });
    const record = await createManaged(place, wanted);
    place = await world.open();
    expect(place.records.get(wanted.id)).to.deep.equal(record);
    expect(place.identities.get(wanted.id)).to.equal(undefined);
    await refreshIdentities(place);
    expect(place.identities.get(wanted.id)).to.deep.equal(record.identity);
    expect(await failureOf(createManaged(place, volumeOf('w', wanted.managed.hostPath)))).to.include({
      reason: 'FailedPrecondition',
    });
  });

  it('are not added to while a record cannot be read, which is kept, and the others are known', async () => {
    const wanted = volumeOf('v', world.make('a'));
    await createManaged(place, wanted);
    const other = volumeOf('w', world.make('b'));
    await createManaged(place, other);
    const file = join(world.records, `${wanted.id}.json`);
    const text = readFileSync(file, 'utf8');
    for (const [wrong, message] of [
      [text.slice(0, 40), 'cannot be understood'],
      [text.replace('"format": 1', '"format": 2'), 'from a newer version'],
      [text.replaceAll(wanted.id, volumeId('x')), 'is the record of'],
    ] as const) {
      writeFileSync(file, wrong);
      place = await world.open();
      expect([...place.records.keys()]).to.deep.equal([other.id]);
      const error = await failureOf(createManaged(place, volumeOf('v', world.make('c'), { id: volumeId('y') })));
      expect(error).to.include({ reason: 'FailedPrecondition' });
      expect(error.message).to.contain(message);
      expect(readFileSync(file, 'utf8')).to.equal(wrong);
    }
  });

  it('never write a record under a name that is no id', async () => {
    const path = world.make('a');
    for (const id of ['../x', 'vol-1', '/etc/passwd', 'managed-..']) {
      expect(await failureOf(createManaged(place, volumeOf('v', path, { id })))).to.include({ reason: 'NotFound' });
    }
    await createManaged(place, volumeOf('v', path, { id: 'managed-photos' }));
    expect(readdirSync(world.records)).to.deep.equal(['managed-photos.json']);
  });

  it('are not forgotten while they are shown, nor under another uuid', async () => {
    const wanted = volumeOf('v', world.make('a'));
    await createManaged(place, wanted);
    world.shown.set(wanted.id, ['/pod/mount']);
    const error = await failureOf(deleteManaged(place, wanted.id, wanted.uuid));
    expect(error).to.include({ reason: 'FailedPrecondition' });
    expect(error.message).to.contain('/pod/mount');
    world.shown.clear();
    await deleteManaged(place, wanted.id, volumeOf('v', '').uuid);
    expect(place.records.has(wanted.id)).to.equal(true);
    expect(await failureOf(createManaged(place, volumeOf('v', world.make('b'))))).to.include({
      reason: 'AlreadyExists',
    });
  });

  it('change in what is not the directory', async () => {
    const wanted = volumeOf('v', world.make('a'));
    await createManaged(place, wanted);
    await updateManaged(place, wanted.id, { exclusive: true, tags: { x: 'y' } });
    place = await world.open();
    expect(place.records.get(wanted.id)).to.deep.include({ exclusive: true, tags: { x: 'y' }, name: 'v' });
  });

  it('are inaccessible when the directory is gone or another, and say so', async () => {
    const path = world.make('a');
    const wanted = volumeOf('v', path);
    await createManaged(place, wanted);
    const reasons = async () => (await managedHealth(place, wanted)).map(({ status, reason }) => [status, reason]);
    expect(await reasons()).to.deep.equal([]);
    const other = world.make('other');
    renameSync(path, `${path}.old`);
    expect(await reasons()).to.deep.equal([['INACCESSIBLE', 'DirectoryMissing']]);
    renameSync(other, path);
    expect(await reasons()).to.deep.equal([['INACCESSIBLE', 'DirectoryReplaced']]);
    rmdirSync(path);
    renameSync(`${path}.old`, path);
    expect(await reasons()).to.deep.equal([]);
  });
});
