import { expect } from 'chai';
import { CliError } from '../../src/cli/cli-error.ts';
import { socketPath } from '../../src/cli/socket.ts';

const at = (option: string | undefined, env: Record<string, string> = {}) => socketPath({ option, env, cwd: '/work' });

describe('socketPath', () => {
  it('is ./.tome/csi.sock unless the environment or the option says otherwise', () => {
    expect(at(undefined)).to.equal('/work/.tome/csi.sock');
    expect(at(undefined, { TOME_SOCKET: '' })).to.equal('/work/.tome/csi.sock');
    expect(at(undefined, { TOME_SOCKET: '/run/tome.sock' })).to.equal('/run/tome.sock');
    expect(at('other.sock', { TOME_SOCKET: '/run/tome.sock' })).to.equal('/work/other.sock');
  });

  it('takes the URLs that the driver and gRPC print', () => {
    expect(at('unix:///run/tome.sock')).to.equal('/run/tome.sock');
    expect(at('unix:/run/tome.sock')).to.equal('/run/tome.sock');
    expect(at('unix:tome.sock')).to.equal('/work/tome.sock');
  });

  it('refuses other URLs and empty ones', () => {
    for (const url of ['tcp://127.0.0.1:1', 'dns:///host', 'unix://']) expect(() => at(url), url).to.throw(CliError);
  });
});
