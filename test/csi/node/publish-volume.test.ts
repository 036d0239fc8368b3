import { expect } from 'chai';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { volumeId } from '../../../src/domain/ids.ts';
import { nodePublishVolume } from '../../../src/csi/node/publish-volume.ts';
import { failureOf, host } from '../../pool/open-test-pool.ts';
import { capability, type Ask } from './node-calls.ts';
import { nodePlace, type NodePlace } from './node-place.ts';

const MODES = [
  'SINGLE_NODE_WRITER',
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
  'SINGLE_NODE_READER_ONLY',
  'MULTI_NODE_READER_ONLY',
] as const;

describe('NodePublishVolume', () => {
  let place: NodePlace;
  let count = 0;
  beforeEach(async () => {
    place = await nodePlace();
  });
  afterEach(() => place.cleanUp());
  const create = (fields = {}) => place.create(`volume-${String(count++)}`, fields);
  const canWrite = async (target: string) => {
    try {
      await writeFile(`${target}/probe`, 'x');
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EROFS') return false;
      throw error;
    }
  };

  it('shows the volume at the target path, which it makes', async () => {
    const volume = await create();
    await place.stage(volume);
    await place.publish(volume);
    expect((await stat(place.at('target'))).mode & 0o777).to.equal(0o755);
    await writeFile(place.at('target/file'), 'kept');
    await place.publish(volume);
    expect((await place.kernel(volume)).mounts).to.deep.equal(['staging', 'target']);
    await place.unpublish(volume);
    await place.publish(volume, { target: place.at('elsewhere') });
    expect(await readFile(place.at('elsewhere/file'), 'utf8')).to.equal('kept');
  });

  for (const mode of ['SINGLE_NODE_WRITER', 'SINGLE_NODE_SINGLE_WRITER'] as const) {
    it(`gives ${mode} one target path in all`, async () => {
      const volume = await create();
      await place.stage(volume, { mode });
      await place.publish(volume, { mode });
      for (const readonly of [false, true]) {
        const second = await failureOf(place.publish(volume, { mode, readonly, target: place.at('second') }));
        expect(second.reason).to.equal('FailedPrecondition');
        expect(second.message).to.contain(place.at('target'));
      }
      await place.unpublish(volume);
      await place.publish(volume, { mode, target: place.at('second') });
      expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    });
  }

  it('gives SINGLE_NODE_MULTI_WRITER any number, with the readonly flag read-only', async () => {
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    const volume = await create();
    await place.stage(volume, { mode });
    await place.publish(volume, { mode, target: place.at('a') });
    await place.publish(volume, { mode, target: place.at('b') });
    await place.publish(volume, { mode, target: place.at('c'), readonly: true });
    expect(await Promise.all(['a', 'b', 'c'].map((name) => canWrite(place.at(name))))).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  for (const mode of ['SINGLE_NODE_READER_ONLY', 'MULTI_NODE_READER_ONLY'] as const) {
    it(`gives ${mode} any number, all read-only down to the device`, async () => {
      const volume = await create();
      await place.stage(volume, { mode });
      await place.publish(volume, { mode, target: place.at('a') });
      await place.publish(volume, { mode, target: place.at('b'), readonly: true });
      await place.publish(volume, { mode: 'SINGLE_NODE_WRITER', target: place.at('c'), readonly: true });
      const writable = await Promise.all(['staging', 'a', 'b', 'c'].map((name) => canWrite(place.at(name))));
      expect(writable).to.deep.equal([false, false, false, false]);
      const { source = '' } = (await host.mounts.find(place.at('a'))) ?? {};
      expect((await host.loops.find(source))?.readOnly).to.equal(true);
    });
  }

  it('refuses a mode that is not the staged one, and names both', async () => {
    const volume = await create();
    for (const staged of ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER', 'SINGLE_NODE_READER_ONLY'] as const) {
      await place.stage(volume, { mode: staged });
      for (const mode of MODES) {
        const isSame = classOf(mode) === classOf(staged);
        const call = place.publish(volume, { mode });
        if (isSame) {
          await call;
          await place.unpublish(volume);
        } else {
          const { reason, message } = await failureOf(call);
          expect(reason, `${staged} ${mode}`).to.equal('FailedPrecondition');
          expect(message)
            .to.contain(mode)
            .and.to.contain(`staged for ${classOf(staged)}`);
        }
      }
      await place.unstage(volume);
    }
  });

  it('takes the readonly flag with a single writer: one target, read-only', async () => {
    const volume = await create();
    await place.stage(volume);
    await place.publish(volume, { readonly: true });
    expect(await canWrite(place.at('target'))).to.equal(false);
    await place.publish(volume, { readonly: true });
  });

  it('heeds read-only from ControllerPublishVolume and from the mount flag ro', async () => {
    for (const ask of [{ publishContext: { readOnly: 'true' } }, { mountFlags: ['ro'] }] satisfies Ask[]) {
      const volume = await create();
      await place.stage(volume, ask);
      await place.publish(volume, ask);
      await place.publish(volume, ask);
      expect((await place.kernel(volume)).loops).to.deep.equal(['reader']);
      expect(await canWrite(place.at('target'))).to.equal(false);
      await place.unpublish(volume);
      await place.unstage(volume);
    }
  });

  it('answers ALREADY_EXISTS for the same target with other arguments', async () => {
    const mode = 'SINGLE_NODE_MULTI_WRITER';
    const volume = await create();
    await place.stage(volume, { mode });
    await place.publish(volume, { mode });
    for (const other of [
      { mode, readonly: true },
      { mode: 'SINGLE_NODE_WRITER' },
      { mode: 'SINGLE_NODE_READER_ONLY' },
    ] satisfies Ask[]) {
      expect(await failureOf(place.publish(volume, other))).to.include({ reason: 'AlreadyExists' });
    }
  });

  it('refuses a volume that is not staged there', async () => {
    const volume = await create();
    const missing = await failureOf(place.publish(volume));
    expect(missing.reason).to.equal('FailedPrecondition');
    expect(missing.message).to.contain('stage it there first');
    expect(await host.files.stat(place.at('target'))).to.equal(undefined);
    await place.stage(volume, { staging: place.at('a') });
    expect(await failureOf(place.publish(volume))).to.include({ reason: 'FailedPrecondition' });
    expect(await failureOf(place.publish(volume, { staging: place.at('no/where') }))).to.include({
      reason: 'FailedPrecondition',
    });
  });

  it('checks what is missing in the order the specification asks for', async () => {
    const volume = await create();
    const { deps } = place;
    const request = {
      volumeId: volume.id,
      stagingTargetPath: '',
      targetPath: place.at('target'),
      volumeCapability: capability(volume),
      readonly: false,
      publishContext: {},
      volumeContext: {},
      secrets: {},
    };
    const ask = (change: object) => failureOf(nodePublishVolume({ ...request, ...change }, deps));
    expect(await ask({ volumeId: '' })).to.include({ reason: 'InvalidArgument' });
    expect(await ask({ targetPath: '' })).to.include({ reason: 'InvalidArgument' });
    expect(await ask({ volumeCapability: null })).to.include({ reason: 'InvalidArgument' });
    expect(await ask({})).to.include({ reason: 'FailedPrecondition' });
    expect(await ask({ stagingTargetPath: place.at('staging'), volumeId: volumeId('nobody') })).to.include({
      reason: 'NotFound',
    });
  });

  it('refuses targets that are not a place for it', async () => {
    const [volume, other] = [await create(), await create()];
    await place.stage(volume);
    await place.stage(other, { staging: place.at('other-staging') });
    await place.publish(other, { staging: place.at('other-staging'), target: place.at('taken') });
    await mkdir(place.at('full/sub'), { recursive: true });
    await writeFile(place.at('file'), '');
    await symlink(place.at('full'), place.at('link'));
    await symlink('/var', place.at('out'));
    const refused = {
      taken: 'FailedPrecondition',
      full: 'FailedPrecondition',
      'missing/target': 'FailedPrecondition',
      file: 'InvalidArgument',
      link: 'InvalidArgument',
      'out/target': 'InvalidArgument',
      staging: 'InvalidArgument',
      'staging/inside': 'InvalidArgument',
      '../outside': 'InvalidArgument',
      'target/': 'InvalidArgument',
    };
    for (const [name, reason] of Object.entries(refused)) {
      expect(await failureOf(place.publish(volume, { target: `${place.root}/${name}` })), name).to.include({ reason });
    }
    expect((await place.kernel(volume)).mounts).to.deep.equal(['staging']);
    await mkdir(place.at('empty'));
    await place.publish(volume, { target: place.at('empty') });
  });
});

function classOf(mode: (typeof MODES)[number]): string {
  if (mode.endsWith('READER_ONLY')) return 'reader';
  return mode === 'SINGLE_NODE_MULTI_WRITER' ? 'writers' : 'single-writer';
}
