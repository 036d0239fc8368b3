import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { volumeId } from '../../../src/domain/ids.ts';
import { MiB } from '../../../src/domain/sizes.ts';
import { runTome } from '../../cli/recording-terminal.ts';
import { volumeRequest } from '../../support/controller.ts';
import { useDriver } from '../../support/use-driver.ts';
import { plain, type RegistrationInput } from '../../support/registered-filesystems.ts';

const away: RegistrationInput = {
  name: 'away',
  kind: 'directory',
  stores: 'elsewhere',
  hooks: { mount: { command: ['true'] } },
};

describe('the list of volumes that are directories', () => {
  const driver = useDriver({ options: { filesystems: [plain, away] } });

  /** A volume, and where its files are. */
  async function create(name: string, filesystem: string): Promise<string> {
    const capacityRange = { requiredBytes: 64 * MiB };
    await driver.controller.createVolume(volumeRequest(name, { parameters: { filesystem }, capacityRange }));
    return join(driver.poolPath, 'volumes', volumeId(name), 'data');
  }
  async function used(name: string): Promise<number | string> {
    const { volumes } = await driver.admin.listVolumes({ volumeId: volumeId(name) });
    const [volume] = volumes;
    return volume?.usedUnknown === true ? 'unknown' : Number(volume?.usedBytes);
  }
  const shown = async () =>
    (await runTome(['volume', 'ls'], { TOME_SOCKET: driver.socket })).out.map((line) => line.split(/ +/).slice(0, 4));

  it('tells what their files take in the pool, and nothing of what is elsewhere', async () => {
    const data = await create('files', 'plain');
    expect(await used('files')).to.equal(0);
    mkdirSync(join(data, 'a/b'), { recursive: true });
    for (const name of ['one', 'a/two', 'a/b/three'])
      writeFileSync(join(data, name), Buffer.alloc(2 * MiB, 1), { flush: true });
    expect(await used('files')).to.be.within(6 * MiB, 7 * MiB);
    await create('objects', 'away');
    expect(await used('objects')).to.equal('unknown');
    expect(await shown()).to.deep.equal([
      ['NAME', 'STATE', 'SIZE', 'USED'],
      ['files', 'Ready', '64Mi', '6Mi'],
      ['objects', 'Ready', '64Mi', '-'],
    ]);
    const json = await runTome(['volume', 'show', 'objects', '-o', 'json'], { TOME_SOCKET: driver.socket });
    expect(JSON.parse(json.out.join('\n'))).to.include({ sizeBytes: 64 * MiB, usedBytes: null });
  });

  it('does not count files without end', async () => {
    const data = await create('many', 'plain');
    for (let folder = 0; folder < 21; folder += 1) {
      mkdirSync(join(data, String(folder)));
      for (let file = 0; file < 1000; file += 1) writeFileSync(join(data, String(folder), String(file)), '');
    }
    expect(await used('many')).to.equal('unknown');
    await create('none', 'plain');
    expect(await used('none')).to.equal(0);
  }).timeout(30_000);
});
