import { expect } from 'chai';
import type { VolumeCapability__Output } from '../../../src/csi/gen/csi/v1/VolumeCapability.ts';
import {
  requireCapabilities,
  requireCapability,
  requireId,
  requireName,
  requirePath,
} from '../../../src/csi/server/require.ts';
import { VolumeError } from '../../../src/domain/errors.ts';

const accessMode = { mode: 'SINGLE_NODE_WRITER' } as const;
const mount = { fsType: 'xfs', mountFlags: ['noatime'], volumeMountGroup: '' };

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(VolumeError).and.include({ reason: 'InvalidArgument' });
    return (error as VolumeError).message;
  }
  throw new Error('nothing was refused');
}

describe('require', () => {
  it('takes any id but an empty one, and names the field', () => {
    expect(requireId('not ours', 'volume_id')).to.equal('not ours');
    expect(refusal(() => requireId('', 'snapshot_id'))).to.contain('snapshot_id');
  });

  it('takes names of any text but control characters', () => {
    for (const name of ['größe 1', 'a/../b', 'tab\tline\nreturn\r', '🦀']) expect(requireName(name)).to.equal(name);
    for (const name of ['', 'a\u0001', 'a\u000b', 'a\u007f', 'a\u0085']) refusal(() => requireName(name));
  });

  it('takes absolute paths without ..', () => {
    expect(requirePath('/var/lib/kubelet/x..y', 'target_path')).to.equal('/var/lib/kubelet/x..y');
    for (const path of ['', 'relative', '/a/../b', '/..']) {
      expect(refusal(() => requirePath(path, 'target_path'))).to.contain('target_path');
    }
  });

  it('reads mount and block capabilities', () => {
    const parsed = { mode: 'SINGLE_NODE_WRITER', access: 'mount', fsType: 'xfs', mountFlags: ['noatime'] };
    expect(requireCapability({ accessMode, mount })).to.deep.equal(parsed);
    expect(requireCapability({ accessMode, block: {} })).to.include({ access: 'block', fsType: '' });
  });

  it('refuses a capability that does not say how or by whom the volume is used', () => {
    const unknown = { mode: 'UNKNOWN' } as const;
    const wrong: (VolumeCapability__Output | null)[] = [
      null,
      { accessMode },
      { accessMode: null, mount },
      { accessMode: unknown, mount },
      { accessMode, mount: { ...mount, volumeMountGroup: '1000' } },
    ];
    for (const capability of wrong) {
      expect(refusal(() => requireCapability(capability))).to.contain('volume_capability');
    }
    expect(refusal(() => requireCapabilities([]))).to.contain('volume_capabilities');
    expect(refusal(() => requireCapabilities([{ accessMode, mount }, { accessMode }]))).to.contain('[1]');
  });
});
