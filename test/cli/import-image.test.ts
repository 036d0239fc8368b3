import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { evilTar } from '../import/evil-tar.ts';
import { imageRegistry } from '../import/image-registry.ts';
import { useDriver } from '../support/use-driver.ts';
import { tomeOn } from './recording-terminal.ts';

describe('tome volume create --from oci://', function () {
  this.timeout(60_000);
  const driver = useDriver({ isShared: true });
  const { at } = driver;
  const { run, succeed } = tomeOn(() => driver.socket);
  const names = async () => (await driver.admin.listVolumes({})).volumes.map(({ name }) => name);

  it('makes a volume of an image, on which a volume that is filled follows no link out of it', async () => {
    await mkdir(at('tree'));
    await writeFile(at('tree/text'), 'hello');
    const registry = await imageRegistry();
    const link = evilTar([{ name: 'out', type: 'symlink', linkTo: at('tree') }]);
    const behind = evilTar([{ name: 'out/text', type: 'file', content: 'changed' }]);
    const good = evilTar([{ name: 'etc/greeting', type: 'file', content: 'from an image' }]);
    registry.push(
      'good',
      [link, good].map((bytes) => ({ bytes })),
    );
    registry.push(
      'evil',
      [link, behind].map((bytes) => ({ bytes })),
    );
    try {
      const from = `oci+http://${registry.host}/team/app`;
      await succeed('volume', 'create', 'image', '--from', `${from}:good`, '--size', '64Mi');
      await succeed('volume', 'attach', 'image', at('mounted'));
      expect(await readFile(at('mounted/etc/greeting'), 'utf8')).to.equal('from an image');
      await succeed('volume', 'detach', 'image');
      const evil = await run('volume', 'create', 'evil', '--from', `${from}:evil`, '--size', '64Mi');
      expect(evil.code).to.equal(1);
      expect(await names()).to.deep.equal(['image']);
      expect(await readFile(at('tree/text'), 'utf8')).to.equal('hello');
      const nothing = await run('volume', 'create', 'nothing', '--from', `${from}:none`, '--size', '64Mi');
      expect(nothing.notes.join('\n')).to.contain('404');
      expect(await names()).to.deep.equal(['image']);
    } finally {
      await registry.close();
    }
  });
});
