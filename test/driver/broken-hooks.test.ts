import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MiB } from '../../src/domain/sizes.ts';
import { volumeId } from '../../src/domain/ids.ts';
import { linuxHost } from '../../src/host/linux-host.ts';
import { volumeRequest } from '../support/controller.ts';
import { startDriver, type TestDriver } from '../support/driver.ts';
import type { Registered } from '../support/ntfs.ts';
import { refusalOf } from '../support/refusal.ts';
import { startProcess } from '../support/standalone-process.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts';
import { attach, detach, useOf, type Use } from './volume-use.ts';
import { until } from '../support/until.ts';

const capacityRange = { requiredBytes: 32 * MiB };

/**
 * A registered filesystem whose hooks are scripts of the test: ext4, so that what they do is known. Each script first runs
 * what stands in a file beside it, where there is one: so it can be broken, and mended.
 */
describe('the hooks of a registered filesystem', function () {
  this.timeout(60_000);
  const host = linuxHost();
  let directory: TemporaryDirectory;
  let driver: TestDriver;
  let use: Use;

  beforeEach(async () => {
    directory = temporaryDirectory('tome-hooks');
    await mkdir(at('hooks'));
    await script('format', 'mkfs.ext4 -q -F -b 4096 "$1"');
    await script('renew', 'tune2fs -f -U random "$1"');
    await script('fscheck', 'e2fsck -f -p "$1"');
    await script('mount', 'mount -t ext4 -o "$3" "$1" "$2"');
    await script('unmount', 'umount "$1"');
    await script('grow', 'resize2fs "$1"');
    driver = await startDriver(directory.path, options());
    use = useOf(directory.path, 'data');
  });
  afterEach(async () => {
    await driver.close();
    const left = await directory.leftovers();
    await directory.cleanUp();
    expect(left.mounts.filter((target) => target.includes('/use/'))).to.deep.equal([]);
  });

  const at = (name: string) => join(directory.path, name);
  const script = async (name: string, text: string) => {
    const broken = at(`hooks/${name}.broken`);
    await writeFile(at(`hooks/${name}`), `#!/bin/sh -e\nif [ -e ${broken} ]; then . ${broken}; fi\n${text}\n`);
    await chmod(at(`hooks/${name}`), 0o755);
  };
  const break_ = (name: string, how: string) => writeFile(at(`hooks/${name}.broken`), `${how}\n`);
  const mend = (name: string) => rm(at(`hooks/${name}.broken`));
  const options = () => {
    const hook = (name: string, ...args: string[]) => ({
      command: [at(`hooks/${name}`), ...args],
      timeoutSeconds: 1.5,
    });
    const mine: Registered = {
      name: 'mine',
      kind: 'image',
      minimumSize: 8 * MiB,
      environment: { TOKEN: { file: at('token') } },
      hooks: {
        format: hook('format', '{device}'),
        renew: hook('renew', '{device}'),
        fscheck: hook('fscheck', '{device}'),
        mount: hook('mount', '{device}', '{target}', '{options}'),
        unmount: hook('unmount', '{target}'),
        grow: { ...hook('grow', '{device}'), mounted: false },
      },
    };
    return { filesystems: [mine] };
  };
  const create = (name = 'data') =>
    driver.controller.createVolume(volumeRequest(name, { capacityRange, parameters: { filesystem: 'mine' } }));
  const loops = async () => {
    const image = await host.files.stat(join(driver.poolPath, 'volumes', volumeId('data'), 'image'));
    return image === undefined ? [] : host.loops.holding(image);
  };
  const inStaging = () => host.files.list(join(driver.poolPath, 'staging'));
  const expectUnused = async () => {
    expect(await loops()).to.deep.equal([]);
    expect(await inStaging()).to.deep.equal([]);
    expect((await directory.leftovers()).mounts).to.deep.equal([driver.poolPath]);
  };
  /** Refused with all of these words, and then well. */
  const refusedOnce = async (hook: string, call: () => Promise<unknown>, ...words: string[]) => {
    const { code, message } = await refusalOf(call());
    for (const word of [`hook ${hook} of filesystem mine`, ...words]) expect(message).to.contain(word);
    await expectUnused();
    await mend(hook);
    await call();
    return code;
  };

  beforeEach(() => writeFile(at('token'), 'hunter22\n'));

  it('make, mount, unmount and grow a volume', async () => {
    await create();
    await attach(driver, use);
    await writeFile(join(use.targetPath, 'file'), 'kept');
    await detach(driver, use);
    await expectUnused();
    await driver.controller.controllerExpandVolume({ ...use, capacityRange: { requiredBytes: 64 * MiB } });
    await attach(driver, use);
    expect(await readFile(join(use.targetPath, 'file'), 'utf8')).to.equal('kept');
    expect((await host.files.usage(use.targetPath)).totalBytes).to.be.greaterThan(48 * MiB);
    await detach(driver, use);
  });

  it('give each volume an identity of its own, or none is made', async () => {
    const uuidOf = async (name: string) => {
      const image = join(driver.poolPath, 'volumes', volumeId(name), 'image');
      return (await host.run('blkid', ['-p', '-s', 'UUID', '-o', 'value', image])).trim();
    };
    for (const name of ['one', 'two']) await create(name);
    const source = { volumeContentSource: { volume: { volumeId: volumeId('one') } } };
    const copy = { ...volumeRequest('three', { capacityRange, parameters: { filesystem: 'mine' } }), ...source };
    await break_('renew', 'exit 3');
    await refusedOnce('renew', () => driver.controller.createVolume(copy), 'exit code 3');
    const uuids = await Promise.all(['one', 'two', 'three'].map(uuidOf));
    expect(new Set(uuids)).to.have.property('size', 3);
  });

  it('tell what they said last when format fails, without what is secret', async () => {
    await break_('format', 'for n in 1 2 3 4 5 6 7; do echo "line $n $TOKEN" >&2; done; exit 9');
    const code = await refusedOnce('format', () => create(), 'exit code 9', 'line 3 ***; line 4 ***', 'line 7 ***');
    expect(code).to.equal('FAILED_PRECONDITION');
  });

  it('are stopped when they hang, and the retry goes on', async () => {
    await break_('format', 'echo waiting for a key >&2; sleep 600');
    const code = await refusedOnce('format', () => create(), 'stopped after 1500 ms', 'waiting for a key');
    expect(code).to.equal('UNAVAILABLE');
    await break_('mount', 'sleep 600');
    await refusedOnce('mount', () => attach(driver, use), 'stopped after 1500 ms');
    await detach(driver, use);
  });

  it('may leave half their work when mounting fails', async () => {
    await create();
    await break_('mount', 'mount -t ext4 "$1" "$2"; echo no session >&2; exit 1');
    await refusedOnce('mount', () => attach(driver, use), 'no session');
    await detach(driver, use);
    await break_('mount', 'exit 0');
    const { message } = await refusalOf(attach(driver, use));
    expect(message).to.contain('hook mount of filesystem mine').and.contain('nothing is mounted');
    await expectUnused();
    await break_('mount', 'mount -t tmpfs tmpfs "$2"; exit 0');
    const { message: other } = await refusalOf(attach(driver, use));
    expect(other).to.contain('tmpfs').and.contain('/dev/loop');
    await expectUnused();
    await mend('mount');
    await attach(driver, use);
    await detach(driver, use);
  });

  it('say that a volume is damaged, or that there is a hook missing', async () => {
    await create();
    await break_('fscheck', 'echo superblock is nonsense >&2; exit 4');
    await refusedOnce('fscheck', () => attach(driver, use), 'mine may be damaged', 'superblock is nonsense');
    await detach(driver, use);
    await rm(at('hooks/mount'));
    const { message } = await refusalOf(attach(driver, use));
    expect(message).to.contain('hooks/mount is not installed');
    await expectUnused();
  });

  it('grow again when growing has failed', async () => {
    await create();
    await driver.controller.controllerExpandVolume({ ...use, capacityRange: { requiredBytes: 64 * MiB } });
    await break_('grow', 'exit 2');
    await refusedOnce('grow', () => attach(driver, use), 'exit code 2');
    expect((await host.files.usage(use.targetPath)).totalBytes).to.be.greaterThan(48 * MiB);
    await detach(driver, use);
  });

  it('leave the volume staged when unmounting fails, and the retry unmounts it', async () => {
    await create();
    await attach(driver, use);
    await break_('unmount', 'echo still flushing >&2; exit 5');
    const { message } = await refusalOf(detach(driver, use));
    expect(message).to.contain('hook unmount of filesystem mine').and.contain('still flushing');
    expect(await loops()).to.have.length(1);
    await mend('unmount');
    await detach(driver, use);
    await expectUnused();
  });

  it('need what the operator has put into files', async () => {
    await rm(at('token'));
    const { code, message } = await refusalOf(create());
    expect(code).to.equal('FAILED_PRECONDITION');
    expect(message).to.contain('TOKEN').and.contain(at('token'));
  });

  it('run on when the driver is killed: a retry waits for them, and then goes on', async () => {
    await driver.close();
    const killed = await startProcess(directory.path, options());
    driver = killed;
    await create();
    await break_('mount', `echo $$ > ${at('pid')}; exec 9<"$1"; sleep 1.2`);
    const staging = attach(driver, use).catch(() => 'lost');
    await until(async () => (await readFile(at('pid'), 'utf8').catch(() => '')) !== '');
    await killed.kill();
    expect(await staging).to.equal('lost');
    await mend('mount');

    driver = await startDriver(directory.path, options());
    const deadline = performance.now() + 20_000;
    for (;;) {
      const outcome = await attach(driver, use).then(() => undefined, String);
      if (outcome === undefined) break;
      expect(outcome).to.match(/in use|held open|somebody else/);
      expect(performance.now()).to.be.lessThan(deadline);
    }
    await writeFile(join(use.targetPath, 'file'), 'kept');
    const mounts = (await directory.leftovers()).mounts;
    expect(mounts.filter((target) => target.includes('/staging/mount-'))).to.deep.equal([]);
    await detach(driver, use);
    await expectUnused();
  });
});
