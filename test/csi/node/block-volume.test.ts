import { expect } from 'chai';
import { open } from 'node:fs/promises';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

describe('block volumes', () => {
  let place: NodePlace;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());
  const create = (name = 'v') => place.create(name, { volumeMode: 'Block' });

  it('are written through the target, and read after being staged again', async () => {
    const volume = await create();
    await place.stage(volume);
    await place.publish(volume);
    await place.publish(volume);
    await write(place.at('target'), 'kept');
    await place.unpublish(volume);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    await place.unstage(volume);
    await place.stage(volume);
    await place.publish(volume);
    expect(await read(place.at('target'))).to.equal('kept');
  });

  it('are unpublished and unstaged also when somebody has detached the device, which shows nothing then', async () => {
    const volume = await create();
    await place.stage(volume);
    await place.publish(volume);
    const [loop] = await host.loops.list().then((all) => all.filter(({ label }) => label.includes(volume.id)));
    await host.loops.detach(loop?.path ?? '');
    await place.unpublish(volume);
    await place.unstage(volume);
    const left = (await host.mounts.list()).filter(({ target }) => target.startsWith(place.root));
    expect(left).to.deep.equal([]);
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    await place.stage(volume);
    await place.publish(volume);
    await write(place.at('target'), 'kept');
  });

  it('leave the device of another volume alone, which somebody has bound in their place', async () => {
    const [volume, other] = [await create(), await create('other')];
    await place.stage(other, { staging: place.at('of-other') });
    await host.images.create(place.at('target'), 0);
    const [loop] = await host.loops.list().then((all) => all.filter(({ label }) => label.includes(other.id)));
    await host.mounts.bind({ source: loop?.path ?? '', target: place.at('target'), readOnly: false });
    expect(await failureOf(place.unpublish(volume))).to.include({ reason: 'FailedPrecondition' });
    expect((await host.files.stat(place.at('target')))?.kind).to.equal('block');
  });

  it('cannot be written by readers, however they are opened', async () => {
    const mode = 'SINGLE_NODE_READER_ONLY';
    const volume = await create();
    await place.stage(volume, { mode });
    await place.publish(volume, { mode, target: place.at('a') });
    await place.publish(volume, { mode, target: place.at('b') });
    for (const name of ['a', 'b', `staging/${volume.id}`]) {
      expect(await write(place.at(name), 'x').catch((error: unknown) => error)).to.include({ code: 'EPERM' });
    }
  });

  for (const mode of ['SINGLE_NODE_MULTI_WRITER', 'SINGLE_NODE_SINGLE_WRITER'] as const) {
    it(`have a read-only target beside ${mode} that cannot be written, and that leaves with it`, async () => {
      const volume = await create();
      await place.stage(volume, { mode });
      await write(place.at(`staging/${volume.id}`), 'seen');
      await place.publish(volume, { mode, readonly: true });
      await place.publish(volume, { mode, readonly: true });
      expect(await failureOf(place.publish(volume, { mode }))).to.include({ reason: 'AlreadyExists' });
      expect(await write(place.at('target'), 'x').catch((error: unknown) => error)).to.include({ code: 'EPERM' });
      expect(await read(place.at('target'))).to.equal('seen');
      expect((await place.kernel(volume)).loops).to.have.members([
        'reader',
        mode.endsWith('MULTI_WRITER') ? 'writers' : 'single-writer',
      ]);

      const second = place.publish(volume, { mode, target: place.at('second') });
      if (mode === 'SINGLE_NODE_MULTI_WRITER') {
        await second;
        await write(place.at('second'), 'more');
        await place.unpublish(volume, place.at('second'));
      } else expect(await failureOf(second)).to.include({ reason: 'FailedPrecondition' });
      const third = await failureOf(
        place.stage(volume, { mode: 'SINGLE_NODE_READER_ONLY', staging: place.at('other') }),
      );
      expect(third).to.include({ reason: 'FailedPrecondition' });
      expect(await failureOf(place.unstage(volume))).to.include({ reason: 'FailedPrecondition' });

      await place.unpublish(volume);
      expect((await place.kernel(volume)).loops).to.have.length(1);
      await place.unstage(volume);
      expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
    });
  }

  it('are staged at two paths as one device, and unstaged in any order', async () => {
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    const volume = await create();
    await place.stage(volume, { mode, staging: place.at('a') });
    await place.stage(volume, { mode, staging: place.at('b') });
    expect((await place.kernel(volume)).loops).to.deep.equal(['writers']);
    await place.publish(volume, { mode, staging: place.at('b') });
    await place.unstage(volume, place.at('a'));
    expect(await failureOf(place.unstage(volume, place.at('b')))).to.include({ reason: 'FailedPrecondition' });
    await place.unpublish(volume);
    await place.unstage(volume, place.at('b'));
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });

  it('are refused where something is', async () => {
    const [volume, other] = [await create(), await create('other')];
    await place.stage(volume);
    await place.stage(other, { staging: place.at('other') });
    await place.publish(other, { staging: place.at('other'), target: place.at('taken') });
    await host.files.makeDirectory(place.at('directory'));
    await host.files.write(place.at('file'), 'content');
    await host.files.write(place.at('empty'), '');
    const refused = {
      taken: 'FailedPrecondition',
      directory: 'InvalidArgument',
      file: 'FailedPrecondition',
      [`staging/${volume.id}`]: 'InvalidArgument',
      [volume.id]: 'InvalidArgument',
    };
    for (const [name, reason] of Object.entries(refused)) {
      expect(await failureOf(place.publish(volume, { target: place.at(name) })), name).to.include({ reason });
    }
    await place.publish(volume, { target: place.at('empty') });
  });

  it('cannot be unstaged while the device is open, and are gone when it is closed', async () => {
    const volume = await create();
    await place.stage(volume);
    const device = await open(place.at(`staging/${volume.id}`), 'r');
    expect(await failureOf(place.unstage(volume))).to.include({ reason: 'FailedPrecondition' });
    await device.close();
    await place.unstage(volume);
    expect(await place.kernel(volume)).to.deep.equal({ loops: [], mounts: [] });
  });
});

async function write(path: string, text: string): Promise<void> {
  const device = await open(path, 'r+');
  try {
    await device.write(text, 0);
  } finally {
    await device.close();
  }
}

async function read(path: string): Promise<string> {
  const device = await open(path, 'r');
  try {
    const { buffer } = await device.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString();
  } finally {
    await device.close();
  }
}
