import { expect } from 'chai';
import { VolumeError } from '../../src/domain/errors.ts';
import { fillHostPath, mayBeBeneath, overlaps, requireHostPath, rootOf } from '../../src/domain/managed-path.ts';

const values = { 'pvc.namespace': 'team-a', 'pvc.name': 'photos', 'volume.name': 'pvc-1' };

function refusalOf(work: () => unknown): string {
  try {
    return `accepted: ${String(work())}`;
  } catch (error) {
    expect(error).to.be.instanceOf(VolumeError);
    expect(error).to.have.property('reason', 'InvalidArgument');
    return (error as VolumeError).message;
  }
}

describe('the path of a managed volume', () => {
  it('is absolute and normalised, and has no odd characters', () => {
    for (const path of ['/srv/a', '/srv/...', '/srv/..a', '/srv/ü b', "/srv/a'b", '/srv/$a']) {
      expect(requireHostPath(path)).to.equal(path);
    }
    const wrong: readonly [string, string][] = [
      ['', 'is not absolute'],
      ['srv/a', 'is not absolute'],
      ['/', 'has an empty component'],
      ['/srv/', 'has an empty component'],
      ['/srv//a', 'has an empty component'],
      ['/srv/./a', 'has the component "."'],
      ['/srv/..', 'has the component ".."'],
      ['/srv/../etc', 'has the component ".."'],
      ['/srv/a:b', 'has a ":"'],
      ['/srv/a\nb', 'has a control character'],
      ['/srv/a\0b', 'has a control character'],
      ['/srv/a\u007f', 'has a control character'],
      ['/srv/a\u2028', 'has a control character'],
      [`/srv/${'x'.repeat(256)}`, 'has a name longer than 255 bytes'],
      [`/srv/${'ü'.repeat(128)}`, 'has a name longer than 255 bytes'],
      ['/x'.repeat(2048), 'is longer than 4095 bytes'],
    ];
    for (const [path, why] of wrong)
      expect(
        refusalOf(() => requireHostPath(path)),
        path,
      ).to.contain(why);
  });

  it('is filled from the claim and the name', () => {
    expect(fillHostPath('/srv/${pvc.namespace}/x-${pvc.name}-${volume.name}', values)).to.equal(
      '/srv/team-a/x-photos-pvc-1',
    );
    expect(fillHostPath('/srv/$pvc/{a}', values)).to.equal('/srv/$pvc/{a}');
  });

  it('takes nothing that leads out of the component it fills', () => {
    for (const value of ['..', '.', '', 'a/b', '/etc', '../etc', 'a:b', 'a\nb', 'a\0b']) {
      const filled = { ...values, 'pvc.name': value };
      expect(
        refusalOf(() => fillHostPath('/srv/${pvc.name}', filled)),
        JSON.stringify(value),
      ).to.contain('it is no plain name');
    }
    // What comes of a placeholder is no placeholder.
    const nested = { ...values, 'pvc.name': '${volume.name}' };
    expect(fillHostPath('/srv/${pvc.name}', nested)).to.equal('/srv/${volume.name}');
    expect(refusalOf(() => fillHostPath('/srv/.${pvc.name}', { ...values, 'pvc.name': '.' }))).to.contain('plain name');
    expect(refusalOf(() => fillHostPath('/srv/../${pvc.name}', values))).to.contain('has the component ".."');
    const long = { ...values, 'pvc.name': 'x'.repeat(250) };
    expect(refusalOf(() => fillHostPath('/srv/prefix-${pvc.name}', long))).to.contain('longer than 255 bytes');
  });

  it('is refused with a placeholder that is unknown or has no value', () => {
    expect(refusalOf(() => fillHostPath('/srv/${pvc.uid}', values))).to.contain(
      'known are ${pvc.namespace}, ${pvc.name}, ${volume.name}',
    );
    expect(refusalOf(() => fillHostPath('/srv/${constructor}', values))).to.contain('known are');
    expect(refusalOf(() => fillHostPath('/srv/${pvc.name}', { ...values, 'pvc.name': undefined }))).to.contain(
      '--extra-create-metadata',
    );
  });

  it('is beneath the innermost root, and never a root itself', () => {
    const roots = [{ path: '/srv' }, { path: '/srv/deep' }, { path: '/mnt' }];
    expect(rootOf('/srv/deep/a', roots)).to.deep.equal({ path: '/srv/deep' });
    expect(rootOf('/srv/deep', roots)).to.deep.equal({ path: '/srv' });
    expect(rootOf('/srv', roots)).to.equal(undefined);
    expect(rootOf('/srvx/a', roots)).to.equal(undefined);
    expect(rootOf('/any', [{ path: '/' }])).to.deep.equal({ path: '/' });
  });

  it('overlaps with what is above and below it', () => {
    expect(overlaps('/a/b', '/a/b')).to.equal(true);
    expect(overlaps('/a/b', '/a/b/c')).to.equal(true);
    expect(overlaps('/a/b/c', '/a/b')).to.equal(true);
    expect(overlaps('/a/b', '/a/bc')).to.equal(false);
    expect(overlaps('/', '/a')).to.equal(true);
  });

  it('may be beneath the roots of a node, as far as its pattern says', () => {
    const spec = { name: 'managed', agent: 'a', nodes: ['a'], managedRoots: [{ path: '/srv/data', shared: false }] };
    const expected: readonly [string, boolean][] = [
      ['/srv/data/a', true],
      ['/srv/data/${pvc.name}', true],
      ['/srv/${pvc.namespace}/a', true],
      ['/srv/da${pvc.name}', true],
      ['/srv/data', false],
      ['/srv/other/${pvc.name}', false],
      ['/srv/datax/${pvc.name}', false],
      ['/etc', false],
    ];
    for (const [pattern, may] of expected) expect(mayBeBeneath(pattern, spec), pattern).to.equal(may);
  });
});
