import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseSource } from '../../src/import/parse-source.ts';
import { failureOf } from '../support/failure.ts';
import { importWorld } from './import-world.ts';

describe('the source of an import', () => {
  const world = importWorld();
  const parse = (text: string, options = {}) => parseSource(text, { cwd: world.at(), ...options });

  before(async () => {
    await world.make('tree');
    for (const name of ['file.txt', 'all.tar.gz']) await writeFile(world.at(name), '');
  });

  after(() => world.cleanUp());

  it('is a directory, a file or an archive of this machine', async () => {
    expect(await parse('./tree')).to.include({ kind: 'tree', path: world.at('tree'), label: world.at('tree') });
    expect(await parse('file.txt')).to.include({ kind: 'file', name: 'file.txt' });
    expect(await parse('all.tar.gz')).to.deep.include({
      kind: 'archive',
      from: { at: 'file', path: world.at('all.tar.gz') },
    });
    expect(await parse('all.tar.gz', { as: 'file' })).to.include({ kind: 'file', name: 'all.tar.gz' });
    expect(await parse(`file://${world.at('file.txt')}`)).to.include({ kind: 'file' });
    expect(await parse('-')).to.deep.include({ kind: 'archive', from: { at: 'stdin' } });
  });

  for (const suffix of ['.tar', '.tar.gz', '.tgz', '.tar.xz', '.txz', '.tar.zst', '.tzst', '.TAR.GZ']) {
    it(`unpacks what is called ${suffix}`, async () => {
      expect(await parse(`https://example.org/a${suffix}`)).to.include({ kind: 'archive' });
    });
  }

  it('is a file at an address, called as the end of that, and known without what may be a signature', async () => {
    const source = await parse('https://example.org/models/a%20b.bin?X-Signature=secret#part');
    expect(source).to.include({ kind: 'download', name: 'a b.bin', label: 'https://example.org/models/a%20b.bin' });
    expect(source).to.include({ url: 'https://example.org/models/a%20b.bin?X-Signature=secret' });
    expect(await parse('https://example.org/get?id=3', { as: 'tar' })).to.include({ kind: 'archive' });
    const sha = 'a'.repeat(64);
    expect(await parse('http://example.org/x', { checksum: `sha256:${sha.toUpperCase()}` })).to.include({
      sha256: sha,
    });
  });

  it('is a repository that is known without what may be a token, which git is given', async () => {
    const source = await parse('git+https://example.org/a?token=secret#main');
    expect(source).to.include({ label: 'https://example.org/a#main', url: 'https://example.org/a?token=secret' });
  });

  for (const [text, url, ref] of [
    ['git://example.org/a', 'git://example.org/a', undefined],
    ['https://example.org/a.git', 'https://example.org/a.git', undefined],
    ['https://example.org/a.git#v1.0', 'https://example.org/a.git', 'v1.0'],
    ['git+https://example.org/a#feature/x', 'https://example.org/a', 'feature/x'],
    ['ssh://git@example.org/a', 'ssh://git@example.org/a', undefined],
    ['git@example.org:team/a.git#main', 'git@example.org:team/a.git', 'main'],
    ['git+file:///srv/a', 'file:///srv/a', undefined],
  ] as const) {
    it(`is a repository: ${text}`, async () => {
      expect(await parse(text)).to.deep.include({ kind: 'git', url, ref });
    });
  }

  const digest = `sha256:${'0'.repeat(64)}`;
  for (const [text, registry, repository, reference] of [
    ['oci://ghcr.io/team/app:v1', 'https://ghcr.io', 'team/app', 'v1'],
    ['docker://ghcr.io/team/app', 'https://ghcr.io', 'team/app', 'latest'],
    ['oci://docker.io/busybox', 'https://registry-1.docker.io', 'library/busybox', 'latest'],
    ['oci://docker.io/team/app:v1', 'https://registry-1.docker.io', 'team/app', 'v1'],
    ['oci+http://127.0.0.1:5000/a/b-c__d.e:v1', 'http://127.0.0.1:5000', 'a/b-c__d.e', 'v1'],
    [`oci://[::1]:5000/a:v1@${digest}`, 'https://[::1]:5000', 'a', digest],
  ] as const) {
    it(`is an image: ${text}`, async () => {
      expect(await parse(text)).to.deep.include({ kind: 'image', registry, repository, reference });
    });
  }

  const refused: readonly (readonly [string, string, object?])[] = [
    ['https://me:word@example.org/a', '--credentials-file'],
    ['https://me:word@example.org/a.git', '--credentials-file'],
    ['https://example.org/', 'names no file'],
    ['https://example.org/..%2Fpasswd', 'names no file'],
    ['ftp://example.org/a', 'ftp is no source'],
    ['git+ext::sh -c touch% /tmp/x', 'nothing to import'],
    ['git+ext://sh', 'not asked over ext'],
    ['oci://example.org', 'write it as oci://HOST/REPOSITORY:TAG'],
    ['oci://me:word@example.org/a', 'is no image'],
    ['oci://example.org/A', 'is no image'],
    ['oci://example.org/a:', 'is no image'],
    ['oci://example.org/a@sha256:abc', 'is no image'],
    ['oci://example.org/../a', 'is no image'],
    ['oci://example.org/a', 'leave out --as and --checksum', { as: 'file' }],
    ['oci://example.org/a', 'leave out --git-ref', { gitRef: 'main' }],
    ['https://example.org/a.git#--upload-pack=x', 'no branch'],
    ['https://example.org/a.git#a..b', 'no branch'],
    ['https://example.org/a.git#main', 'keep one', { gitRef: 'other' }],
    ['https://example.org/a', 'leave out --git-ref', { gitRef: 'main' }],
    ['https://example.org/a', '64 hexadecimal', { checksum: 'sha256:abc' }],
    ['https://example.org/a', '64 hexadecimal', { checksum: 'md5:abc' }],
    ['tree', 'for a download or an archive', { checksum: `sha256:${'0'.repeat(64)}` }],
    ['nothing', 'there is nothing to import at'],
    ['/dev/null', 'neither a directory nor a file'],
  ];
  for (const [text, message, options] of refused) {
    it(`is not ${text}${options === undefined ? '' : ` with ${JSON.stringify(options)}`}`, async () => {
      const error = await failureOf(parse(text, options));
      expect(String(error)).to.contain(message).and.not.to.contain('word@');
    });
  }

  it('is not what is missing, of which no more is said, nor what cannot be looked at', async () => {
    expect(String(await failureOf(parse('nothing')))).to.match(/ at \/\S+\/nothing$/);
    expect(String(await failureOf(parse('/etc/passwd/x')))).to.contain('ENOTDIR');
  });
});
