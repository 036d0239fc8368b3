import { expect } from 'chai';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';

describe('run', () => {
  const host = linuxHost();

  it('passes arguments as they are, through no shell', async () => {
    expect(await host.run('printf', ['%s|', 'a b', '$(id)', '; ls', "'"])).to.equal("a b|$(id)|; ls|'|");
  });

  it('says what failed, with the last lines the tool said', async () => {
    const refusal = await failureOf(host.run('ls', ['/nowhere']));
    expect(refusal).to.include({ name: 'HostError', code: 'EXIT' });
    expect(String(refusal)).to.contain('ls failed (exit code 2)').and.contain('/nowhere');
  });

  it('tells a tool that is missing, and one that takes too long', async () => {
    expect(await failureOf(host.run('no-such-tool', []))).to.include({ code: 'ENOENT' });
    expect(await failureOf(host.run('tail', ['-f', '/dev/null'], { timeoutMs: 50 }))).to.include({ code: 'ETIMEDOUT' });
  });
});
