import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { filesystemVolume } from '../../../src/csi/node/directory/filesystem-volume.ts';
import { MountKeeper } from '../../../src/csi/node/directory/mount-keeper.ts';
import { RetainedSecrets } from '../../../src/csi/node/directory/retained-secrets.ts';
import { registrationSchema } from '../../../src/filesystem/registered/registration.ts';
import { filesystems } from '../../../src/filesystem/registry.ts';
import { createVolume } from '../../../src/pool/create-volume.ts';
import { mountPointOf } from '../../../src/pool/directory-volume.ts';
import { requireVolume } from '../../../src/pool/find.ts';
import { openPool } from '../../../src/pool/open-pool.ts';
import type { FoundVolume } from '../../../src/pool/pool-set.ts';
import { host, poolSettings, testDeps, volume } from '../../pool/open-test-pool.ts';
import { plain } from '../../support/registered-filesystems.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { nodeCalls, nodeDeps } from './node-calls.ts';

it('a volume is mounted again by its record as that is by then: what was written since its format stays', async () => {
  const directory = temporaryDirectory('tome-keeper');
  const at = (name: string) => join(directory.path, name);
  mkdirSync(at('node'));
  const pool = await openPool(poolSettings({ path: at('pool'), overcommit: 1000 }), {
    ...testDeps(),
    filesystems: filesystems(host, [registrationSchema.parse(plain)]),
    mountsDirectory: at('mounts'),
  });
  const created = await createVolume(pool, { ...volume('v', { fsType: 'plain' }), directory: { stores: 'pool' } });
  const find = async (): Promise<FoundVolume> => ({ pool, record: await requireVolume(pool, created.id) });
  const pools = { find, all: () => [pool], problems: () => new Map<string, never>() };
  const deps = await nodeDeps({ host, root: at('node'), stateDir: at('state'), pools });
  const retained = new RetainedSecrets();
  const more = { host, allowedRoots: deps.allowedRoots, shown: deps.directories.shown, retained };
  const directories = { ...deps.directories, filesystemVolume: (found: FoundVolume) => filesystemVolume(found, more) };
  const node = nodeCalls({ ...deps, directories }, at('node'));
  await node.stage(created);
  writeFileSync(join(node.at('staging'), 'file'), 'written');

  await host.mounts.unmount(mountPointOf(pool, created.id));
  const begun = { ...created, directory: { stores: 'pool', prepared: 'begun' } as const };
  const looks = [() => Promise.resolve<FoundVolume>({ pool, record: begun })];
  const outdated = { ...pools, find: () => (looks.shift() ?? find)() };
  await new MountKeeper({ ...deps, directories, retained, pools: outdated }).look();
  expect(readFileSync(join(mountPointOf(pool, created.id), 'file'), 'utf8')).to.equal('written');

  await node.unstage(created);
  await pool.close();
  await directory.cleanUp();
});
