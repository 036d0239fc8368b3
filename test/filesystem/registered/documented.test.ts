import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ntfs } from '../../support/ntfs.ts';

const document = join(import.meta.dirname, '../../../docs/custom-filesystems.md');

describe('docs/custom-filesystems.md', () => {
  it('has the registration that is tested', async () => {
    const [, first = ''] = /```json\n([^]*?)```/.exec(await readFile(document, 'utf8')) ?? [];
    expect(JSON.parse(first)).to.deep.equal({ filesystems: [ntfs] });
  });
});
