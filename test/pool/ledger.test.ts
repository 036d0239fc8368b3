import { expect } from 'chai';
import { Ledger } from '../../src/pool/ledger.ts';

const uuid = '4b3a2f1e-0000-4000-8000-000000000000';

describe('Ledger', () => {
  it('promises no more than there is, and changes nothing when it refuses', () => {
    const ledger = ledgerOf(100);
    ledger.promise({ id: 'a', uuid, bytes: 60 });
    expect(() => {
      ledger.promise({ id: 'b', uuid, bytes: 41 });
    }).to.throw(/40B left/);
    expect([...ledger.entries()].map(({ id }) => id)).to.deep.equal(['a']);
    ledger.promise({ id: 'b', uuid, bytes: 40 });
    expect(ledger).to.include({ promised: 100, available: 0 });
  });

  it('counts a second promise to the same id in place of the first', () => {
    const ledger = ledgerOf(100);
    ledger.promise({ id: 'a', uuid, bytes: 60 });
    ledger.promise({ id: 'a', uuid, bytes: 100 });
    expect(ledger.promised).to.equal(100);
    ledger.release('a');
    ledger.release('a');
    expect(ledger).to.include({ promised: 0, available: 100 });
  });

  it('counts blanks, and what others have left', () => {
    const ledger = ledgerOf(100);
    ledger.setBlankBytes(30);
    expect(ledger.available).to.equal(70);
    ledger.setLimits({ capacity: 100, room: 20 });
    expect(ledger.available).to.equal(20);
  });

  it('keeps what is there already, also when it is more than there is room for', () => {
    const ledger = ledgerOf(100);
    ledger.put({ id: 'a', uuid, bytes: 150 });
    expect(ledger).to.include({ promised: 150, available: 0 });
  });
});

function ledgerOf(capacity: number): Ledger {
  const ledger = new Ledger();
  ledger.setLimits({ capacity, room: Infinity });
  return ledger;
}
