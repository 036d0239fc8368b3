import { openSqliteCatalog } from '../../../src/catalog/sqlite/open-sqlite-catalog.ts';
import { volumeId } from '../../../src/domain/ids.ts';
import { volumeSpec, volumeStatus } from '../fixtures.ts';
import { realSync } from './scratch.ts';

// Creates volumes, 16 at once, and prints the id of each when it is told that it is durable; removes every third again.
const catalog = await openSqliteCatalog({ path: process.argv[2] ?? '', sync: realSync });
let next = 0;

async function writeForEver(): Promise<never> {
  for (;;) {
    next += 1;
    const id = volumeId(String(next));
    const removed = next % 3 === 0;
    const volume = await catalog.volumes.create(id, volumeSpec({ name: String(next) }), volumeStatus);
    if (removed) await catalog.volumes.remove(volume);
    process.stdout.write(`${removed ? 'removed' : 'created'} ${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, writeForEver));
