import { expect } from 'chai';
import { snapshotId, volumeId } from '../../src/domain/ids.ts';
import { loopLabel, parseLoopLabel } from '../../src/pool/loop-label.ts';

describe('loopLabel', () => {
  it('says what the device is for, within what the kernel keeps', () => {
    for (const access of ['reader', 'writers', 'single-writer'] as const) {
      for (const id of [volumeId('a'), snapshotId('a')]) {
        const label = loopLabel(id, access);
        expect(label.length).to.be.at.most(63);
        expect(parseLoopLabel(label)).to.deep.equal({ id, access });
      }
    }
  });

  it('does not take the labels of others for its own', () => {
    for (const label of ['', '/var/lib/disk.img', 'tome:', 'tome:vol-1:owner', 'tome:vol-1:reader:x', 'tome-test']) {
      expect(parseLoopLabel(label), label).to.equal(undefined);
    }
  });
});
