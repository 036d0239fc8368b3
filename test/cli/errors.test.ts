import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { refuseLocked } from '../../src/domain/delete-lock.ts';
import { VolumeError, type Reason } from '../../src/domain/errors.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { serveFake, type FakeDriver } from './fake-driver.ts';
import { runTome, type Ran } from './recording-terminal.ts';

const id = volumeId('data');

function refuse(reason: Reason, message: string): () => Promise<never> {
  return () => Promise.reject(new VolumeError(reason, message));
}

describe('what the commands say when something is wrong', () => {
  let fake: FakeDriver | undefined;

  afterEach(async () => {
    await fake?.stop();
    fake = undefined;
  });

  async function run(...args: readonly string[]): Promise<Ran> {
    return runTome(args, { TOME_SOCKET: fake?.socketPath ?? '/nowhere/csi.sock' });
  }

  it('says at once that no driver answers, and how to start one', async () => {
    const start = performance.now();
    const { code, out, notes } = await run('volume', 'ls');
    expect(performance.now() - start).to.be.below(2000);
    expect({ code, out }).to.deep.equal({ code: 1, out: [] });
    expect(notes[0]).to.equal('tome: no driver answers at unix:///nowhere/csi.sock');
    expect(notes[1]).to.match(
      /^hint: start it with: npm start \(or tome standalone\), or run the command in the directory where that was run/,
    );
  });

  it("gives the driver's message with the name for the id, and what to do", async () => {
    fake = await serveFake({ deleteVolume: refuse('FailedPrecondition', `volume ${id} is attached to node node-1`) });
    const { code, notes } = await run('volume', 'rm', 'data');
    expect(code).to.equal(1);
    expect(notes).to.deep.equal([
      'tome: volume data is attached to node node-1',
      'hint: if it is attached: tome volume detach data',
    ]);
  });

  it('says of a delete lock how it is taken off here, and not in a cluster', async () => {
    const deleteVolume = () => {
      refuseLocked(`volume ${id}`, 'volume', { deleteLock: true });
      return Promise.resolve({});
    };
    fake = await serveFake({ deleteVolume });
    expect((await run('volume', 'rm', 'data')).notes).to.deep.equal([
      'tome: volume data has a delete lock: take that off first (tome volume unlock)',
      'hint: tome volume unlock data',
    ]);
  });

  it('has a hint for what any call may answer, and shows no code', async () => {
    fake = await serveFake({ deleteVolume: refuse('Internal', 'the disk is on fire') });
    const { notes } = await run('volume', 'rm', 'data');
    expect(notes).to.deep.equal(['tome: the disk is on fire', 'hint: more is in the log of the driver']);
  });

  it('knows a driver that does not have the call', async () => {
    fake = await serveFake({});
    const { notes } = await run('pool', 'ls');
    expect(notes.at(-1)).to.equal('hint: the driver is of another version than this command');
  });

  it('deletes nothing when one of the names is misspelt', async () => {
    const find = ({ volumeId: wanted }: { readonly volumeId: string }) =>
      Promise.resolve({ volumes: wanted === id ? [{ id, name: 'data' }] : [] });
    fake = await serveFake({ listVolumes: find, deleteVolume: () => Promise.resolve({}) });
    const { code, notes } = await run('volume', 'rm', 'data', 'dada');
    expect(code).to.equal(1);
    expect(notes).to.deep.equal(['tome: there is no volume dada', 'hint: see what there is: tome volume ls']);
    expect(fake.calls).to.deep.equal([]);
  });

  it('deletes the others when one is refused, and says at the end what is left', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const find = ({ volumeId: wanted }: { readonly volumeId: string }) =>
      Promise.resolve({
        volumes: names.filter((name) => volumeId(name) === wanted).map((name) => ({ id: wanted, name })),
      });
    const deleteVolume = ({ volumeId: wanted }: { readonly volumeId: string }) => {
      const isHeld = wanted === volumeId('one') || wanted === volumeId('three');
      return isHeld ? refuse('FailedPrecondition', `${wanted} is in use, unstage it first`)() : Promise.resolve({});
    };
    fake = await serveFake({ listVolumes: find, deleteVolume });
    const { code, out, notes } = await run('volume', 'rm', ...names);
    expect({ code, out }).to.deep.equal({ code: 1, out: ['volume two is deleted', 'volume four is deleted'] });
    expect(notes[0]).to.equal('tome: one is in use, detach it first; three is in use, detach it first');
    expect(notes[1]).to.contain('tome volume detach one').and.to.contain('tome volume detach three');
  });

  it('leaves the ids in paths, and says in its own words what the driver says in those of CSI', async () => {
    const message = `volume ${id} is staged at /run/staging/${id}, published at /mnt/x: unpublish and unstage it`;
    fake = await serveFake({ nodeStageVolume: refuse('FailedPrecondition', message) });
    const { notes } = await run('volume', 'attach', 'data', '/tmp/tome-cli-target-that-is-not-there');
    expect(notes[0]).to.equal(`tome: volume data is attached at /run/staging/${id}, attached at /mnt/x: detach it`);
  });

  it('fails when a volume is not well', async () => {
    const ill = { status: 'DEGRADED', reason: 'Slow', message: 'the disk is slow' };
    fake = await serveFake({
      controllerGetVolumeHealth: () => Promise.resolve({ volumeHealth: { healthStatuses: [ill] } }),
    });
    const { code, out, notes } = await run('volume', 'health', 'data');
    expect(code).to.equal(1);
    expect(out[1]).to.match(/^DEGRADED +Slow +the disk is slow$/);
    expect(notes[0]).to.equal('tome: volume data is not in good health');
  });

  it('calls again for as long as the driver copies, and shows how far it is', async () => {
    const answers = ['1Gi', '2Gi', 'done'];
    const createVolume = () => {
      const answer = answers.shift();
      if (answer === 'done') return Promise.resolve({ volume: { volumeId: id } });
      return Promise.reject(new VolumeError('Aborted', `${id}: copied ${String(answer)} of 3Gi, try again`));
    };
    fake = await serveFake({ createVolume }, { sizeBytes: 3 * 1024 ** 3, pool: 'default' });
    const { code, progress, out } = await run('volume', 'create', 'data', '--size', '3Gi');
    expect(code).to.equal(0);
    expect(progress).to.deep.equal(['data: copied 1Gi of 3Gi', 'data: copied 2Gi of 3Gi']);
    expect(out).to.deep.equal(['volume data is there: 3Gi, ext4, in pool default']);
    expect(fake.calls).to.have.length(3);
  });

  it('cancels the call on Ctrl-C', async () => {
    const interrupt = new AbortController();
    const cancelled = Promise.withResolvers<boolean>();
    const deleteVolume = (_: never, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<object>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          cancelled.resolve(true);
          reject(new Error('cancelled'));
        });
        interrupt.abort();
      });
    fake = await serveFake({ deleteVolume });
    const { code, notes } = await runTome(['volume', 'rm', 'data'], { TOME_SOCKET: fake.socketPath }, interrupt.signal);
    expect(code).to.equal(130);
    expect(notes).to.deep.equal(['tome: interrupted; to go on, give the same command again']);
    expect(await cancelled.promise).to.equal(true);
  });

  it('ends the program on Ctrl-C with the code that shells know, when the call is cancelled', async () => {
    const begun = Promise.withResolvers<undefined>();
    const deleteVolume = () => {
      begun.resolve(undefined);
      return new Promise<object>(() => undefined);
    };
    fake = await serveFake({ deleteVolume });
    const main = path.join(import.meta.dirname, '../../src/main.ts');
    const program = execa(process.execPath, [main, '--socket', fake.socketPath, 'volume', 'rm', 'data'], {
      reject: false,
    });
    await begun.promise;
    program.kill('SIGINT');
    expect(await program).to.include({ exitCode: 130, stdout: '' });
  });

  describe('attach', () => {
    const target = '/tmp/tome-cli-target-that-is-not-there';

    it('takes back every step that was done when the last fails', async () => {
      fake = await serveFake({ nodePublishVolume: refuse('FailedPrecondition', `volume ${id} cannot be mounted`) });
      const { code, notes } = await run('volume', 'attach', 'data', target);
      expect(code).to.equal(1);
      expect(fake.calls).to.deep.equal([
        'controllerPublishVolume',
        'nodeStageVolume',
        'nodePublishVolume',
        'nodeUnstageVolume',
        'controllerUnpublishVolume',
      ]);
      expect(notes).to.deep.equal([
        'tome: volume data cannot be mounted',
        'hint: see how it is used: tome volume show data',
      ]);
      expect(existsSync(path.join(path.dirname(fake.socketPath), 'staging', id))).to.equal(false);
    });

    it('leaves an attachment alone that was there before', async () => {
      const attachedTo = [{ node: 'node-1', readOnly: false, paths: ['/mnt/first'] }];
      fake = await serveFake({ nodePublishVolume: refuse('FailedPrecondition', 'no') }, { attachedTo });
      expect(await run('volume', 'attach', 'data', target)).to.include({ code: 1 });
      expect(fake.calls).to.deep.equal(['controllerPublishVolume', 'nodeStageVolume', 'nodePublishVolume']);
    });

    it('says who writes before a reader is tried', async () => {
      const attachedTo = [{ node: 'node-1', readOnly: false, paths: ['/mnt/first'] }];
      fake = await serveFake({}, { attachedTo });
      const { notes } = await run('volume', 'attach', 'data', target, '--read-only');
      expect(notes).to.deep.equal([
        'tome: volume data is attached for reading and writing at /mnt/first, and cannot be attached read-only beside it',
        'hint: detach it first: tome volume detach data',
      ]);
      expect(fake.calls).to.deep.equal([]);
    });

    it('refuses a directory with something in it', async () => {
      fake = await serveFake({});
      const { notes } = await run('volume', 'attach', 'data', '/etc');
      expect(notes[0]).to.equal('tome: /etc is not empty: what is in it would be hidden');
      expect(fake.calls).to.deep.equal([]);
    });

    it('refuses a path whose parent is not there', async () => {
      fake = await serveFake({});
      const { notes } = await run('volume', 'attach', 'data', `${target}/below`);
      expect(notes).to.deep.equal([`tome: there is no directory ${target}`, `hint: make it: mkdir -p ${target}`]);
    });

    it('refuses a directory for the device file of a block volume', async () => {
      fake = await serveFake({}, { mode: 'block' });
      const { notes } = await run('volume', 'attach', 'data', '/tmp');
      expect(notes[0]).to.equal('tome: /tmp is a directory, and this is a block volume');
    });
  });

  it('says how to find what keeps a directory busy', async () => {
    const attachedTo = [{ node: 'node-1', readOnly: false, paths: ['/mnt/first'] }];
    const nodeUnpublishVolume = refuse('FailedPrecondition', '/mnt/first is in use');
    fake = await serveFake({ nodeUnpublishVolume }, { attachedTo });
    const { notes } = await run('volume', 'detach', 'data');
    expect(notes).to.deep.equal([
      'tome: /mnt/first is in use',
      'hint: see what uses it: fuser -vm /mnt/first, or lsof /mnt/first',
    ]);
  });
});
