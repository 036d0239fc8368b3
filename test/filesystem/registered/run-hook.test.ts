import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { filledHook, hookEnvironment, runHook } from '../../../src/filesystem/registered/run-hook.ts';
import { registrationSchema, type Registration } from '../../../src/filesystem/registered/registration.ts';
import { linuxHost } from '../../../src/host/linux-host.ts';
import { failureOf } from '../../support/failure.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary.ts';

describe('a hook', () => {
  const host = linuxHost();
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.cleanUp());

  const registered = (environment: Registration['environment'] = {}): Registration =>
    registrationSchema.parse({
      name: 'vault',
      kind: 'directory',
      environment,
      hooks: { mount: { command: ['mount', '{target}'] } },
    });
  const run = (registration: Registration, script: string, env: Readonly<Record<string, string>>) =>
    runHook(host, { registration, hook: 'mount', command: ['sh', '-c', script], env, timeoutMs: 5000 });

  it("has its words filled in, the volume's arguments too, and its timeout in milliseconds", () => {
    const hook = { command: ['make', '{source}', '--level={arg.level}'], timeoutSeconds: 1.5 };
    expect(filledHook(hook, { source: '/s' }, { level: '9' })).to.deep.equal({
      command: ['make', '/s', '--level=9'],
      timeoutMs: 1500,
    });
  });

  it('has variables from the configuration, from files and from secrets', async () => {
    const file = join(directory.path, 'token');
    await writeFile(file, ' token \n');
    const registration = registered({ REGION: { value: 'eu' }, TOKEN: { file }, KEY: { secret: 'key' } });
    const env = await hookEnvironment(host, registration, { key: 'k3y', other: 'unused' });
    expect(env).to.deep.equal({ REGION: 'eu', TOKEN: ' token ', KEY: 'k3y' });
    expect(await run(registration, 'printf "$REGION|$TOKEN|$KEY"', env)).to.equal('eu| token |k3y');
  });

  it('names the key of a secret, or the file, that is missing', async () => {
    const secret = await failureOf(hookEnvironment(host, registered({ KEY: { secret: 'key' } }), { keys: 'x' }));
    expect(secret).to.include({ reason: 'FailedPrecondition' });
    expect(String(secret)).to.contain('needs the key key').and.not.contain('x,');
    const inherited = hookEnvironment(host, registered({ KEY: { secret: 'toString' } }), {});
    expect(await failureOf(inherited)).to.include({ reason: 'FailedPrecondition' });
    const file = await failureOf(hookEnvironment(host, registered({ KEY: { file: '/nowhere/key' } }), {}));
    expect(String(file)).to.contain('/nowhere/key');
  });

  it('goes without the variables of secrets where there are none by nature', async () => {
    const registration = registered({ REGION: { value: 'eu' }, KEY: { secret: 'key' } });
    expect(await hookEnvironment(host, registration, undefined)).to.deep.equal({ REGION: 'eu' });
  });

  it('that fails is named, with what it said last and no secret', async () => {
    const registration = registered({ REGION: { value: 'eu-central' }, KEY: { secret: 'key' } });
    const env = await hookEnvironment(host, registration, { key: 'hunter22' });
    const refusal = await failureOf(run(registration, 'echo "no $KEY in $REGION" >&2; exit 7', env));
    expect(refusal).to.include({ code: 'EXIT' });
    expect(String(refusal))
      .to.contain('hook mount of filesystem vault')
      .and.contain('(exit code 7): no *** in eu-central');
  });
});
