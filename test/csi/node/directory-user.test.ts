import { expect } from 'chai';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { directoryPlace, type DirectoryPlace } from './directory-place.ts';

const OWNER = 4321;
const WRITERS = { mode: 'SINGLE_NODE_MULTI_WRITER' } as const;
const READERS = { mode: 'MULTI_NODE_READER_ONLY' } as const;

describe('managed volumes of a user of the host', () => {
  let place: DirectoryPlace;

  beforeEach(async () => {
    place = await directoryPlace();
  });
  afterEach(() => place.directory.cleanUp());

  const user = { uid: OWNER, gid: OWNER };
  const owned = (name: string, mode = 0o755) => {
    mkdirSync(place.data(name), { recursive: true });
    chownSync(place.data(name), OWNER, OWNER);
    chmodSync(place.data(name), mode);
  };

  it('shows the user’s files as root’s, through the target too', async () => {
    owned('v');
    const volume = await place.create('v', user);
    await place.stage(volume);
    await place.publish(volume);
    writeFileSync(place.at('target/x'), '');
    expect(statSync(place.at('target/x'))).to.include({ uid: 0, gid: 0 });
    expect(statSync(place.data('v/x'))).to.include({ uid: OWNER, gid: OWNER });
  });

  it('maps the container’s user that is asked for', async () => {
    owned('v');
    const volume = await place.create('v', { ...user, containerUid: 1000, containerGid: 1001 });
    await place.stage(volume);
    await place.publish(volume);
    expect(statSync(place.at('target'))).to.include({ uid: 1000, gid: 1001 });
  });

  it('can be mapped by the runtime of a pod in a user namespace when it maps nobody itself, and not otherwise', async () => {
    const runtime = (name: string) =>
      host.mounts.bind({
        source: place.at('target'),
        target: place.at(name),
        readOnly: false,
        mapping: { uid: 0, gid: 0, containerUid: 100_000, containerGid: 100_000 },
      });
    mkdirSync(place.at('in-pod'));
    const plain = await place.create('plain');
    await place.stage(plain);
    await place.publish(plain);
    await runtime('in-pod');
    expect(statSync(place.at('in-pod'))).to.include({ uid: 100_000, gid: 100_000 });
    await host.mounts.unmount(place.at('in-pod'));
    await place.unpublish(plain);
    await place.unstage(plain);

    owned('mapped');
    const mapped = await place.create('mapped', user);
    await place.stage(mapped);
    await place.publish(mapped);
    expect((await failureOf(runtime('in-pod'))).message).to.contain('EPERM');
  });

  it('is read-only where the user may not write, also to take it by chown', async () => {
    mkdirSync(place.data('v'), { mode: 0o755 });
    writeFileSync(place.data('v/file'), 'kept');
    const volume = await place.create('v', user);
    await place.stage(volume, WRITERS);
    await place.publish(volume, WRITERS);
    await place.stage(volume, WRITERS);
    await place.publish(volume, WRITERS);
    expect(await place.mounts()).to.deep.equal(['staging ro', 'target ro']);
    expect(readFileSync(place.at('target/file'), 'utf8')).to.equal('kept');
    for (const path of ['target', 'target/file']) {
      expect(() => {
        chownSync(place.at(path), 0, 0);
      }).to.throw('EROFS');
    }
    expect(statSync(place.data('v'))).to.include({ uid: 0, gid: 0 });
  });

  it('says whom a directory must belong to when the kernel could not let the user write', async () => {
    owned('v', 0o777);
    chownSync(place.data('v'), OWNER, 0);
    const volume = await place.create('v', user);
    const refused = await failureOf(place.stage(volume));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain(`owned by ${OWNER}:0`).and.contain(`${OWNER}:${OWNER}`);
    expect(await place.mounts()).to.deep.equal([]);
    await place.stage(volume, READERS);
  });

  it('names the parent that the user may not enter', async () => {
    owned('team/inner/v');
    const volume = await place.create('v', { ...user, hostPath: place.data('team/inner/v') });
    chmodSync(place.data('team'), 0o700);
    const refused = await failureOf(place.stage(volume));
    expect(refused).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain(`its parent ${place.data('team')} `);
    chmodSync(place.data('team'), 0o711);
    chmodSync(place.data('team/inner/v'), 0o000);
    chownSync(place.data('team/inner/v'), 0, 0);
    expect((await failureOf(place.stage(volume))).message).to.contain('the directory itself');
    chmodSync(place.data('team/inner/v'), 0o755);
    await place.stage(volume);
  });

  it('refuses a filesystem without idmapped mounts, by its name', async () => {
    mkdirSync(place.data('ram'));
    await host.mounts.mount({ source: 'none', target: place.data('ram'), fsType: 'ramfs', options: ['mode=777'] });
    mkdirSync(place.data('ram/v'));
    chownSync(place.data('ram/v'), OWNER, OWNER);
    const volume = await place.create('v', { ...user, hostPath: place.data('ram/v') });
    const refused = await failureOf(place.stage(volume));
    expect(refused, refused.message).to.include({ reason: 'FailedPrecondition' });
    expect(refused.message).to.contain('ramfs');
    expect(await place.mounts()).to.deep.equal([]);
  });
});
