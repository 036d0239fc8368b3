import { expect } from 'chai';
import type { ControllerModifyVolumeRequest } from '../../src/csi/gen/csi/v1/ControllerModifyVolumeRequest.ts';
import type { CreateVolumeRequest } from '../../src/csi/gen/csi/v1/CreateVolumeRequest.ts';
import { useDriver } from '../support/use-driver.ts';
import { serveFake, type FakeDriver } from './fake-driver.ts';
import { tomeOn } from './recording-terminal.ts';

const limits = ['--read-iops', '100', '--write-bandwidth', '50Mi'];

describe('limits on the I/O of volumes, by the command line', () => {
  const asked: unknown[] = [];
  let fake: FakeDriver;
  const { run, succeed } = tomeOn(() => fake.socketPath);

  before(async () => {
    fake = await serveFake(
      {
        createVolume: ({ parameters }: CreateVolumeRequest) => Promise.resolve({ parameters: asked.push(parameters) }),
        controllerModifyVolume: ({ mutableParameters }: ControllerModifyVolumeRequest) =>
          Promise.resolve({ parameters: asked.push(mutableParameters) }),
      },
      { ioLimits: { readIops: '100', writeBandwidth: String(50 * 1024 ** 2) } },
    );
  });
  after(() => fake.stop());
  beforeEach(() => asked.splice(0));

  it('are the parameters of a volume that is made, and of one that is there', async () => {
    await succeed('volume', 'create', 'data', '--size', '1Gi', ...limits);
    expect(await succeed('volume', 'limit', 'data', ...limits, '--read-bandwidth', 'none')).to.deep.equal([
      'volume data has these limits on I/O: readIops 100, writeBandwidth 50Mi/s',
    ]);
    const given = { readIops: '100', writeBandwidth: '50Mi' };
    expect(asked).to.deep.equal([given, { ...given, readBandwidth: 'none' }]);
  });

  it('are not guessed, nor laid on a directory of the host', async () => {
    expect((await run('volume', 'limit', 'data')).notes.join()).to.contain('such as: tome volume limit data');
    const host = await run('volume', 'create', 'host', '--host-path', '/srv', ...limits);
    expect(host.code).to.equal(2);
    expect(asked).to.deep.equal([]);
  });
});

describe('limits on the I/O of volumes, on a machine that cannot keep to them', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true, options: { cgroupRoot: '/nonexistent' } });
  const { run, succeed } = tomeOn(() => driver.socket);

  it('are refused with what is missing, and the volume stays as it is', async () => {
    const made = await run('volume', 'create', 'data', '--size', '64Mi', ...limits);
    expect(made.notes.join('\n')).to.contain('no cgroup v2 to be used at /nonexistent');
    await succeed('volume', 'create', 'data', '--size', '64Mi');
    expect((await run('volume', 'limit', 'data', ...limits)).notes.join('\n')).to.contain('/nonexistent');
    expect(await succeed('volume', 'limit', 'data', '--read-iops', 'none')).to.deep.equal([
      'volume data has these limits on I/O: none',
    ]);
    expect((await run('volume', 'limit', 'data', '--read-iops', 'many')).notes.join('\n')).to.contain('a whole number');
  });
});
