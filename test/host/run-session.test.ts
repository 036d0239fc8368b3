import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { linuxHost } from '../../src/host/linux-host.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';

const SESSION = { session: true, timeoutMs: 10_000 };

describe('run in a session', () => {
  const host = linuxHost();
  let directory: TemporaryDirectory;
  const at = (name: string) => join(directory.path, name);
  const shell = (script: string, options: object = {}) => host.run('sh', ['-c', script], { ...SESSION, ...options });

  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.cleanUp());

  /** The process ids of a session's daemon, which it has written down. */
  const written = async (name: string): Promise<number> => {
    for (;;) {
      const pid = Number(await readFile(at(name), 'utf8').catch(() => ''));
      if (pid > 0) return pid;
      await delay(5);
    }
  };
  const isAlive = async (pid: number): Promise<boolean> => {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    return status !== undefined && !/\) [ZX] /.test(status);
  };

  it('returns stdout, with the environment laid over its own', async () => {
    const env = { GREETING: 'hello there' };
    expect(await shell('printf "$GREETING $LC_ALL"; echo aside >&2', { env })).to.equal('hello there C');
    expect(await host.run('cat', [], SESSION)).to.equal('');
    expect(await host.run('printenv', ['GREETING'], { env })).to.equal('hello there\n');
  });

  it('leads a session of its own', async () => {
    const [pid, session] = (await shell('echo $$ $(cut -d" " -f6 /proc/$$/stat)')).trim().split(' ');
    expect(session).to.equal(pid);
  });

  it('does not wait for a daemon that keeps its output open, and lets it write on', async () => {
    const daemon = `while [ ! -e ${at('go')} ]; do sleep 0.02; done; echo late; echo ok > ${at('went-on')}; sleep 30`;
    const pid = Number(await shell(`(${daemon}) & echo $!`));
    try {
      await writeFile(at('go'), '');
      await until(async () => (await readFile(at('went-on'), 'utf8').catch(() => '')) !== '');
      expect(await isAlive(pid)).to.equal(true);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('ends at the timeout with all that the program has started, and says what that had to say', async () => {
    const script = `sleep 60 & echo $! > ${at('child')}; echo connecting >&2; wait`;
    const refusal = await failureOf(shell(script, { timeoutMs: 300 }));
    expect(refusal).to.include({ name: 'HostError', code: 'ETIMEDOUT' });
    expect(String(refusal)).to.contain('stopped after 300 ms: connecting');
    const child = await written('child');
    await until(async () => !(await isAlive(child)));
  });

  it('leaves nothing running of a program that fails', async () => {
    const refusal = await failureOf(shell(`sleep 60 & echo $! > ${at('child')}; echo no such bucket >&2; exit 3`));
    expect(refusal).to.include({ code: 'EXIT' });
    expect(String(refusal)).to.contain('sh failed (exit code 3): no such bucket');
    const child = await written('child');
    await until(async () => !(await isAlive(child)));
  });

  it('says nothing that is secret, attached or not', async () => {
    const secrets = ['hunter22', 'first line\nsecond line', 'hunter22 and more'];
    const env = { PASSWORD: 'hunter22' };
    for (const session of [true, false]) {
      const script = 'echo "bad password $PASSWORD and more; $PASSWORD, first line, second line" >&2; exit 1';
      const refusal = await failureOf(shell(script, { env, secrets, session }));
      expect(String(refusal)).to.contain('bad password ***; ***, ***, ***');
      const { cause } = refusal as { cause?: unknown };
      expect(JSON.stringify([String(cause), cause])).to.not.contain('hunter22');
    }
  });

  it('says nothing secret in the spellings of programs either, and not more than fits into an answer', async () => {
    const secret = 'pa"ss&wörd';
    const spelled = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), btoa('x')];
    const refusal = await failureOf(
      shell(`echo '${spelled.join(' ')}'; printf %s "$KEY" | base64; exit 1`, {
        env: { KEY: secret },
        secrets: [secret],
      }),
    );
    expect(String(refusal)).to.contain(`*** *** ${btoa('x')}; ***`);
    const long = await failureOf(shell('head -c 3000000 /dev/zero | tr "\\0" x; exit 1'));
    expect(String(long)).to.have.length.below(3_000);
  });

  it('tells a program that is missing, cannot be run, prints nothing, or died of a signal', async () => {
    expect(await failureOf(host.run('no-such-tool', [], SESSION))).to.include({ code: 'ENOENT' });
    expect(await failureOf(host.run(directory.path, [], SESSION))).to.include({ code: 'EACCES' });
    expect(String(await failureOf(shell('exit 1')))).to.contain('it printed nothing');
    expect(String(await failureOf(shell('kill -9 $$')))).to.contain('sh failed (SIGKILL)');
  });
});
