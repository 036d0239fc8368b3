import { expect } from 'chai';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { volumeId } from '../../src/domain/ids.ts';
import { MiB } from '../../src/domain/sizes.ts';
import { useDriver } from '../support/use-driver.ts';
import { refusalOf } from '../support/refusal.ts';
import type { RegistrationInput } from '../support/registered-filesystems.ts';
import { create, publish, stage, unpublish, unstage, type Use } from './directory-filesystem-world.ts';

const USAGE = { totalBytes: 1000, usedBytes: 400, availableBytes: 500 };
const volume = { volumeId: volumeId('v') };

/** `stats` prints what is in a file of the volume, and `grow` leaves a directory named after the size. */
const measured: RegistrationInput = {
  name: 'measured',
  kind: 'directory',
  hooks: {
    mount: { command: ['mount', '--bind', '{source}', '{target}'] },
    stats: { command: ['cat', '{source}/stats', '{target}/../{volume}/more'] },
    grow: { command: ['mkdir', '-p', '{target}/grown/{size}', '{source}/grown/{volume}'] },
  },
};

/** What only NodeStageVolume brings is at hand later, too: `stats` prints its secret. */
const secretive: RegistrationInput = {
  ...measured,
  name: 'secretive',
  environment: { USAGE: { secret: 'usage' } },
  hooks: { ...measured.hooks, stats: { command: ['printenv', 'USAGE'] } },
};

describe('the hooks stats and grow', () => {
  const driver = useDriver({ options: { filesystems: [measured, secretive] } });

  async function published(filesystem: string, secrets = {}): Promise<{ use: Use; target: string }> {
    const use = { directory: driver.directory.path, name: 'v', parameters: { filesystem }, secrets };
    await create(driver, use);
    await stage(driver, use);
    return { use, target: await publish(driver, use) };
  }

  it('tell what is used, at every path where the volume shows, or what is wrong with the answer', async () => {
    const { use, target } = await published('measured');
    const statsAt = (volumePath: string) => driver.node.nodeGetVolumeStats({ ...volume, volumePath });
    await writeFile(join(target, 'stats'), JSON.stringify(USAGE));
    expect(await refusalOf(statsAt(target)), 'one of the files is missing').to.include({ code: 'FAILED_PRECONDITION' });
    await writeFile(join(target, 'more'), '\n');
    const second = await publish(driver, use, 'second');
    for (const path of [target, second, driver.at('use/v-staging')]) {
      const { usage } = await statsAt(path);
      expect(
        usage.map(({ unit, total, used, available }) => [unit, ...[total, used, available].map(Number)]),
      ).to.deep.equal([['BYTES', 1000, 400, 500]]);
    }
    for (const wrong of ['', '12', '{"totalBytes": 1}', JSON.stringify({ ...USAGE, usedBytes: -1 })]) {
      await writeFile(join(target, 'stats'), wrong);
      const refusal = await refusalOf(statsAt(target));
      expect(refusal, wrong).to.include({ code: 'FAILED_PRECONDITION' });
      expect(refusal.message).to.contain('hook stats of filesystem measured printed something else');
    }
    await unpublish(driver, use, 'second');
    await unpublish(driver, use);
    expect(await refusalOf(statsAt(target))).to.include({ code: 'NOT_FOUND' });
    await unstage(driver, use);
  });

  it('have the secrets with which the volume was staged', async () => {
    const { use, target } = await published('secretive', { usage: JSON.stringify(USAGE) });
    const { usage } = await driver.node.nodeGetVolumeStats({ ...volume, volumePath: target });
    expect(usage.map(({ used }) => Number(used))).to.deep.equal([400]);
    await unpublish(driver, use);
    await unstage(driver, use);
  });

  it('grow the volume while it is mounted, with its new size, and again when they have failed', async () => {
    const { use, target } = await published('measured');
    const capacityRange = { requiredBytes: 128 * MiB };
    const expand = () => driver.node.nodeExpandVolume({ ...volume, volumePath: target, capacityRange });
    expect(await refusalOf(expand()), 'its record is as it was').to.include({ code: 'OUT_OF_RANGE' });
    const asked = await driver.controller.controllerExpandVolume({ ...volume, capacityRange });
    expect(asked).to.deep.include({ nodeExpansionRequired: true });
    expect(Number(asked.capacityBytes)).to.equal(128 * MiB);

    await writeFile(join(target, 'grown'), 'in the way');
    const refusal = await refusalOf(expand());
    expect(refusal).to.include({ code: 'FAILED_PRECONDITION' });
    expect(refusal.message).to.contain('hook grow of filesystem measured').and.to.contain('grown');
    await rm(join(target, 'grown'));
    for (let time = 0; time < 2; time += 1) expect(Number((await expand()).capacityBytes)).to.equal(128 * MiB);
    expect((await readdir(join(target, 'grown'))).sort()).to.deep.equal([String(128 * MiB), volume.volumeId].sort());
    await unpublish(driver, use);
    await unstage(driver, use);
    await driver.controller.deleteVolume(volume);
  });
});
