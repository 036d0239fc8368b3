import { expect } from 'chai';
import { crc32c } from '../../src/filesystem/crc32c.ts';

describe('crc32c', () => {
  it('gives the value of the catalogue for its check text', () => {
    expect(~crc32c(Buffer.from('123456789')) >>> 0).to.equal(0xe3069283);
  });

  it('gives the values of RFC 3720, B.4', () => {
    expect(~crc32c(Buffer.alloc(32)) >>> 0).to.equal(0x8a9136aa);
    expect(~crc32c(Buffer.alloc(32, 0xff)) >>> 0).to.equal(0x62a8ab43);
  });

  it('goes on from where another left off', () => {
    const text = Buffer.from('in two pieces');
    expect(crc32c(text.subarray(5), crc32c(text.subarray(0, 5)))).to.equal(crc32c(text));
  });
});
