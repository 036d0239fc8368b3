import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { container, ofKind, only, parseManifests } from './render.ts';

const repository = path.join(import.meta.dirname, '../..');
const deployed = (name: string) => parseManifests(readFileSync(path.join(repository, 'deploy', name), 'utf8'));

describe('deploy/', () => {
  it('is what the chart makes', () => {
    execFileSync(process.execPath, ['scripts/render-deploy.ts', '--check'], { cwd: repository });
  });

  for (const [name, snapshotters] of [
    ['tome-csi.yaml', 0],
    ['tome-csi-with-snapshots.yaml', 1],
  ] as const) {
    it(`${name} is a whole installation, with nothing of Helm`, () => {
      const manifests = deployed(name);
      expect(manifests[0]).to.deep.include({ kind: 'Namespace' });
      expect(container(only(manifests, 'DaemonSet'), 'tome').args).to.include('node');
      expect(JSON.stringify(manifests).includes('csi-snapshotter')).to.equal(snapshotters === 1);
      expect(ofKind(manifests, 'VolumeSnapshotClass')).to.have.length(snapshotters);
      expect(JSON.stringify(manifests)).not.to.contain('helm.sh/');
      for (const { kind } of manifests) expect(kind).not.to.be.oneOf(['Job', 'Pod']);
    });
  }
});
