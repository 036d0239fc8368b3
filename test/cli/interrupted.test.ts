import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { serveFake, type FakeDriver } from './fake-driver.ts';
import { runTome } from './recording-terminal.ts';

describe('what a command says after Ctrl-C', () => {
  let fake: FakeDriver | undefined;

  afterEach(async () => {
    await fake?.stop();
    fake = undefined;
  });

  it('is what could not be taken back', async () => {
    const interrupt = new AbortController();
    const nodeStageVolume = () => {
      interrupt.abort();
      return new Promise<object>(() => undefined);
    };
    fake = await serveFake({
      nodeStageVolume,
      nodeUnstageVolume: () =>
        Promise.reject(new VolumeError('FailedPrecondition', `${volumeId('data')} is held open`)),
    });
    const attach = ['volume', 'attach', 'data', '/tmp/tome-cli-target-that-is-not-there'];
    const { code, notes } = await runTome(attach, { TOME_SOCKET: fake.socketPath }, interrupt.signal);
    expect(code).to.equal(130);
    expect(notes.join('\n')).to.match(/could not be undone: data is held open\nhint: .* tome volume detach data$/);
  });
});
