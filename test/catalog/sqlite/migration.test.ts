import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect } from 'chai';
import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { realSync, scratchDirectory } from './scratch.ts';

describe('a catalog of schema version 1', () => {
  it('learns which volumes are attached where', async () => {
    const directory = await scratchDirectory();
    const path = join(directory.path, 'catalog.db');
    const id = volumeId('v');
    const before = await openSqliteCatalog({ path, sync: realSync });
    const attachment = { nodeName: 'a', readOnly: false, accessMode: 'SINGLE_NODE_WRITER' as const };
    await before.volumes.create(id, volumeSpec({ attachments: [attachment] }), volumeStatus);
    await before.volumes.create(volumeId('w'), volumeSpec(), volumeStatus);
    await before.close();
    const old = new DatabaseSync(path);
    old.exec('DROP TRIGGER volumes_insert; DROP TRIGGER volumes_update; DROP TRIGGER volumes_delete');
    old.exec('DROP TABLE attachments; DROP TABLE quotas; DROP TABLE schedules; PRAGMA user_version = 1');
    old.close();

    const catalog = await openSqliteCatalog({ path, sync: realSync });
    expect((await catalog.volumes.list({ attachedTo: 'a' })).map((volume) => volume.id)).to.deep.equal([id]);
    await catalog.close();
    await directory.remove();
  });
});
