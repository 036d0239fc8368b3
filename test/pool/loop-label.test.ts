import { expect } from 'chai';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { accessInLabel, loopLabel } from '../../src/pool/loop-label.ts';

const pool = { uuid: 'f1a0a589-1923-4ef7-88d5-680775a1806e' };
const other = { uuid: 'b73b7ada-6c36-402b-ad35-78ebfce071d5' };

describe('loopLabel', () => {
  it('says what the device is for, within what the kernel keeps', () => {
    for (const access of ['reader', 'writers', 'single-writer'] as const) {
      for (const id of [volumeId('a'), snapshotId('a')]) {
        const label = loopLabel(pool, id, access);
        expect(label.length).to.be.at.most(63);
        expect(accessInLabel(label, pool, id)).to.equal(access);
      }
    }
  });

  it('knows another volume, and one of the same name in another pool', () => {
    const label = loopLabel(pool, volumeId('a'), 'writers');
    expect(accessInLabel(label, pool, volumeId('b'))).to.equal(undefined);
    expect(accessInLabel(label, other, volumeId('a'))).to.equal(undefined);
  });

  it('does not take the labels of others for its own', () => {
    for (const label of [
      '',
      '/var/lib/disk.img',
      'tome:',
      'tome:vol-1:owner:f1a0a5',
      'tome:vol-1:reader',
      'tome-test',
    ]) {
      expect(accessInLabel(label, pool, 'vol-1'), label).to.equal(undefined);
    }
  });
});
