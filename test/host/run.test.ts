import { expect } from 'chai';
import { lastLines } from '../../src/host/last-lines.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';

describe('run', () => {
  const host = linuxHost();

  it('passes arguments as they are, through no shell', async () => {
    expect(await host.run('printf', ['%s|', 'a b', '$(id)', '; ls', "'"])).to.equal("a b|$(id)|; ls|'|");
  });

  it('gives the tool an empty input and plain messages', async () => {
    expect(await host.run('cat', [])).to.equal('');
    expect(await host.run('printenv', ['LC_ALL'])).to.equal('C\n');
  });

  it('says what failed, with the last lines the tool said', async () => {
    const refusal = await failureOf(host.run('ls', ['/nowhere']));
    expect(refusal).to.include({ name: 'HostError', code: 'EXIT' });
    expect(String(refusal)).to.contain('ls failed (exit code 2)').and.contain('/nowhere');
    const many = await failureOf(
      host.run(
        'cat',
        Array.from({ length: 9 }, (_, index) => `/nowhere/${index}`),
      ),
    );
    expect(String(many)).to.contain('/nowhere/8').and.not.contain('/nowhere/3');
  });

  it('says no empty lines', () => {
    expect(lastLines('fatal: no remote\n\nPlease make sure\n  it exists.\n', [])).to.equal(
      'fatal: no remote; Please make sure; it exists.',
    );
  });

  it('tells a tool that is missing, too talkative, or too slow', async () => {
    expect(await failureOf(host.run('no-such-tool', []))).to.include({ code: 'ENOENT' });
    expect(await failureOf(host.run('seq', ['1000000']))).to.include({ code: 'EXIT' });
    expect(await failureOf(host.run('tail', ['-f', '/dev/null'], { timeoutMs: 50 }))).to.include({ code: 'ETIMEDOUT' });
  });
});
