import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { useDriver } from '../support/use-driver.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');

/** The commands below `Examples:` of a help page. */
function examplesIn(help: string): readonly string[] {
  const [, examples = ''] = help.split('\nExamples:\n');
  return examples
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, '').trim())
    .filter((line) => line !== '');
}

describe('tome --help', function () {
  this.timeout(120_000);
  const driver = useDriver({
    options: (at) => {
      const backing = { file: at('state/pool.img'), size: '8Gi', thin: true };
      return { pools: [{ name: 'default', path: at('state/pool'), backing }] };
    },
    isShared: true,
  });
  let shell: (line: string) => Promise<string>;

  before(async () => {
    const bin = driver.at('bin');
    const mnt = driver.at('mnt');
    for (const made of [bin, mnt]) await mkdir(made);
    await writeFile(path.join(bin, 'tome'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
    const env = { TOME_SOCKET: `unix://${driver.socket}`, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    shell = async (line) => {
      const { stdout } = await execa('sh', ['-ec', line.replaceAll('/mnt/', `${mnt}/`)], { env });
      return stdout;
    };
  });

  it('walks from the first volume to a clone, and each page of help begins with that walk', async () => {
    const walk = examplesIn(await shell('tome --help'));
    const steps = [
      'volume create',
      'attach',
      'echo',
      'detach',
      'attach',
      'cat',
      'snapshot create',
      '--from-snapshot',
      '--clone',
    ];
    for (const [index, step] of steps.entries()) expect(walk[index]).to.contain(step);
    expect(examplesIn(await shell('tome volume --help')).slice(0, walk.length)).to.deep.equal(walk);
  });

  it('has examples that work as they stand, and leave nothing behind', async () => {
    const lines = examplesIn(await shell('tome volume --help'));
    expect(lines).to.have.length.above(10);
    for (const line of lines) {
      const said = await shell(line);
      if (line.startsWith('cat ')) expect(said).to.equal('hello');
    }
    expect(await shell('tome volume ls')).to.equal('');
    expect(await driver.directory.leftovers())
      .to.have.property('mounts')
      .that.is.deep.equal([driver.poolPath]);
  });

  it('has examples for snapshots that work too', async () => {
    const lines = examplesIn(await shell('tome snapshot --help'));
    expect(lines).to.have.length.above(3);
    for (const line of lines) await shell(line);
    expect(await shell('tome volume ls')).to.contain('photos-then');
  });

  it('has examples for group snapshots that work too', async () => {
    const lines = examplesIn(await shell('tome group --help'));
    expect(lines).to.have.length.above(3);
    const before = await shell('tome volume ls');
    for (const line of lines) await shell(line);
    expect(await shell('tome volume ls')).to.equal(before);
    expect(await shell('tome group ls')).to.equal('');
  });

  it('has examples for templates that work too, and leave nothing behind', async () => {
    const lines = examplesIn(await shell('tome template --help'));
    expect(lines).to.have.length.above(5);
    for (const line of lines) await shell(line);
    expect(await shell('tome template ls')).to.equal('');
    expect(await shell('tome volume ls')).not.to.contain('web-');
  });

  it('answers 0 for help and version, 2 for what is no command, 1 for what fails', async () => {
    const codeOf = async (...args: readonly string[]) =>
      (await execa(process.execPath, [main, ...args], { reject: false })).exitCode;
    expect(await codeOf('--version')).to.equal(0);
    expect(await codeOf('volume', 'create', '--help')).to.equal(0);
    expect(await codeOf('volume', 'make')).to.equal(2);
    expect(await codeOf('volume', 'create', 'x', '--size', 'much')).to.equal(2);
    expect(await codeOf('--socket', '/nowhere/csi.sock', 'volume', 'ls')).to.equal(1);
  });

  it('is named where a command or an option is misspelt', async () => {
    for (const args of [['status'], ['volume', 'make'], ['volume', 'ls', '--all']]) {
      const { stderr } = await execa(process.execPath, [main, ...args], { reject: false });
      expect(stderr).to.match(/^tome: unknown (command|option) .*\n([^]*\n)?hint: --help/);
    }
  });
});
