import { expect } from 'chai';
import { parseCapacityRange, parseInt64 } from '../../../src/csi/server/int64.ts';
import { VolumeError } from '../../../src/domain/errors.ts';

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof VolumeError ? error.reason : String(error);
  }
  return 'nothing was refused';
}

describe('int64', () => {
  it('reads what fits a number exactly', () => {
    expect(parseInt64('size', '0')).to.equal(0);
    expect(parseInt64('size', '9007199254740991')).to.equal(9007199254740991);
  });

  it('refuses negative numbers and other text as invalid, larger ones as out of range', () => {
    for (const text of ['-1', '-9223372036854775808', '', '1e3', 'x']) {
      expect(reasonOf(() => parseInt64('size', text))).to.equal('InvalidArgument');
    }
    for (const text of ['9007199254740992', '9223372036854775807']) {
      expect(reasonOf(() => parseInt64('size', text))).to.equal('OutOfRange');
    }
  });

  it('reads capacity ranges, where 0 is no bound', () => {
    expect(parseCapacityRange(null)).to.deep.equal({ required: 0, limit: Infinity });
    expect(parseCapacityRange({ requiredBytes: '5', limitBytes: '0' })).to.deep.equal({ required: 5, limit: Infinity });
    expect(parseCapacityRange({ requiredBytes: '5', limitBytes: '5' })).to.deep.equal({ required: 5, limit: 5 });
    expect(reasonOf(() => parseCapacityRange({ requiredBytes: '6', limitBytes: '5' }))).to.equal('OutOfRange');
    expect(reasonOf(() => parseCapacityRange({ requiredBytes: '0', limitBytes: '-5' }))).to.equal('InvalidArgument');
  });
});
