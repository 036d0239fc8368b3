import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { toolsInSource } from './tools-in-source.ts';
import { unpackImage, type Image } from './unpack.ts';

const repository = path.join(import.meta.dirname, '../..');

/** The image as it is built from the Dockerfile, unpacked: its programs run in a chroot. */
describe('image', function () {
  // The first build makes the base images and downloads all packages.
  this.timeout(1_200_000);
  let folder: string;
  let image: Image;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tome-image-'));
    const archive = process.env['TOME_IMAGE_FILE'] ?? build();
    image = unpackImage(archive, folder);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const tool of toolsInSource()) {
    it(`has ${tool}, which starts`, () => {
      // 126 and 127 say that it is not there or lacks a library; what else it says of its option does not matter.
      const { status, stderr } = within([tool, '-V']);
      expect(status, stderr).not.to.be.oneOf([126, 127, null]);
    });
  }

  it('copies no tool that the code does not name', () => {
    const dockerfile = readFileSync(path.join(repository, 'Dockerfile'), 'utf8');
    const copied = /^RUN \/build-image-tools [^ ]+ [^ ]+ node([^\n]*\\\n)*[^\n]*/m.exec(dockerfile)?.[0] ?? '';
    expect(
      copied
        .split(/[\s\\]+/)
        .slice(5)
        .sort(),
    ).to.deep.equal(toolsInSource());
  });

  it('runs the command without rights', () => {
    const { version } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as { version: string };
    const { stdout, stderr } = within(['tome', '--version'], '65532:65532');
    expect(stdout.trim(), stderr).to.equal(version);
    expect(image.config).to.deep.include({ User: '65532:65532', Entrypoint: ['tome'] });
  });

  it('loads the native part of koffi', () => {
    const script = `import koffi from '/opt/tome/node_modules/koffi/index.js'; process.stdout.write(koffi.version)`;
    expect(within(['node', '--input-type=module', '--eval', script]).stdout).to.match(/^\d+\.\d+/);
  });

  it('has neither package managers of the build nor caches', () => {
    const unwanted = ['usr/local/bin/npm', 'usr/local/lib/node_modules', 'usr/bin/python3', 'root/.npm', 'root/.npmrc'];
    expect(unwanted.filter((file) => existsSync(path.join(image.root, file)))).to.deep.equal([]);
    for (const cache of ['var/lib/apt/lists', 'var/cache/apt', 'root/.cache', 'tmp', 'src']) {
      expect(filesBelow(path.join(image.root, cache)), cache).to.deep.equal([]);
    }
    const modules = readdirSync(path.join(image.root, 'opt/tome/node_modules'));
    expect(modules.sort()).to.deep.equal(['@koromix', 'koffi']);
  });

  it('gives nobody rights by a bit of a file', () => {
    const withBits = filesBelow(image.root).filter((file) => (lstatSync(file).mode & 0o6000) !== 0);
    expect(withBits).to.deep.equal([]);
  });

  it('says what it is, and nothing of where it was built', () => {
    expect(image.config.Labels).to.include.keys(
      ...['title', 'description', 'licenses', 'version', 'revision'].map((key) => `org.opencontainers.image.${key}`),
    );
    expect(image.history.join('\n')).not.to.match(/https?:\/\//);
    const sources = readFileSync(path.join(image.root, 'etc/apt/sources.list.d/debian.sources'), 'utf8');
    expect([...sources.matchAll(/^URIs: (\S+)/gm)].map(([, uri]) => uri)).to.deep.equal([
      'http://deb.debian.org/debian',
      'http://deb.debian.org/debian-security',
    ]);
    expect(existsSync(path.join(image.root, 'etc/apt/apt.conf.d/99-host'))).to.equal(false);
  });

  function within(line: readonly string[], user = '0:0') {
    const environment = image.config.Env;
    return spawnSync('chroot', ['--userspec', user, image.root, 'env', '-i', ...environment, ...line], {
      encoding: 'utf8',
    });
  }
});

function build(): string {
  const archive = path.join(repository, '.cache/tome-csi.tar');
  const { status, stderr } = spawnSync(path.join(repository, 'scripts/build-image'), [archive], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the image was not built: ${stderr.slice(-4000)}`);
  return archive;
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
