import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { serveFake, type FakeDriver } from './fake-driver.ts';
import { tomeOn } from './recording-terminal.ts';

describe('tome volume expand, of a volume that is attached', () => {
  let fake: FakeDriver | undefined;

  afterEach(() => fake?.stop());

  const { run } = tomeOn(() => fake?.socketPath ?? '');
  const refuse = (message: string) => () => Promise.reject(new VolumeError('FailedPrecondition', message));
  const answers = (capacityBytes: number, nodeExpandVolume: () => Promise<never>) => ({
    controllerExpandVolume: () => Promise.resolve({ capacityBytes }),
    nodeExpandVolume,
  });
  const attachedTo = [{ node: 'node-1', readOnly: false, paths: ['/mnt/first'] }];
  const cannotGrow = refuse('growing a mounted ext4 needs CAP_SYS_RESOURCE (resize2fs: no)');
  const later = 'its filesystem grows when it is next attached: detach it and attach it again';

  it('is done where the filesystem alone has to wait, also when less is asked for after that', async () => {
    const had = { attachedTo, sizeBytes: 256 * MiB };
    fake = await serveFake(answers(512 * MiB, cannotGrow), had);
    const grown = await run('volume', 'expand', 'data', '512Mi');
    expect(grown).to.deep.include({ code: 0, out: [`volume data has 512Mi now; ${later}`], notes: [] });
    await fake.stop();
    fake = await serveFake(answers(512 * MiB, cannotGrow), { attachedTo, sizeBytes: 512 * MiB });
    const less = await run('volume', 'expand', 'data', '128Mi');
    expect(less).to.deep.include({ code: 0, out: [`volume data has 512Mi already; ${later}`], notes: [] });
  });

  it('fails for any other refusal', async () => {
    fake = await serveFake(answers(512 * MiB, refuse('nothing is mounted')), { attachedTo });
    const { code, out, notes } = await run('volume', 'expand', 'data', '512Mi');
    expect({ code, out }).to.deep.equal({ code: 1, out: [] });
    expect(notes[0]).to.equal('tome: nothing is mounted');
  });
});
