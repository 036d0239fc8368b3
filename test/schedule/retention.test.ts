import { expect } from 'chai';
import fc from 'fast-check';
import type { Keep } from '../../src/domain/schedule.ts';
import { retention as retentionAt, type Cut } from '../../src/schedule/retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-11-21T12:00:00Z');

const retention = (cuts: readonly Cut[], keep: Keep, at: number, isSteady = true) =>
  retentionAt(cuts, keep, { now: at, isSteady });

function cut(id: string, ageDays: number, more: Partial<Cut> = {}): Cut {
  return { id, of: ['data'], time: now - ageDays * DAY, isLocked: false, ...more };
}

const cutsOf = fc.uniqueArray(fc.integer({ min: 0, max: 60 * 24 }), { maxLength: 25 }).chain((ages) =>
  fc.tuple(
    ...ages.map((age) =>
      fc.record({
        id: fc.constant(`s${age}`),
        of: fc.constantFrom<readonly string[]>(['data'], ['logs'], ['data', 'logs']),
        time: fc.constant(now - age * HOUR),
        isLocked: fc.boolean(),
      }),
    ),
  ),
);
const keeps = fc
  .record({
    count: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    for: fc.option(fc.constantFrom('6h', '2d', '3w'), { nil: undefined }),
  })
  .filter((keep) => keep.count !== undefined || keep.for !== undefined);

describe('which snapshots of a schedule stay', () => {
  const week = [cut('a', 0), cut('b', 1), cut('c', 2), cut('d', 3)];

  it('keeps so many of the newest', () => {
    expect(retention(week, { count: 2 }, now).expired).to.have.members(['c', 'd']);
  });

  it('keeps those of a time, and says when the next one is too old', () => {
    const { expired, nextCheck } = retention(week, { for: '36h' }, now);
    expect(expired).to.have.members(['c', 'd']);
    expect(nextCheck).to.equal(now - DAY + 36 * HOUR);
  });

  it('keeps with both what either of them keeps', () => {
    expect(retention(week, { count: 1, for: '60h' }, now).expired).to.deep.equal(['d']);
    expect(retention(week, { count: 3, for: '1h' }, now).expired).to.deep.equal(['d']);
  });

  it('never takes the newest by its age', () => {
    expect(retention([cut('a', 400), cut('b', 500)], { for: '30d' }, now).expired).to.deep.equal(['b']);
  });

  it('counts for each volume by itself', () => {
    const cuts = [...week, cut('x', 9, { of: ['logs'] })];
    expect(retention(cuts, { count: 1 }, now).expired).to.have.members(['b', 'c', 'd']);
  });

  it('leaves what was cut together while one of its volumes has nothing newer, and lets it go once all have', () => {
    const together = (id: string, age: number, ...of: readonly string[]) => cut(id, age, { of });
    const before = [together('c', 3, 'data', 'lost'), together('d', 4, 'data', 'lost')];
    const since = [together('a', 1, 'data', 'anew'), together('b', 2, 'data', 'anew')];
    expect(retention([...since, ...before], { count: 1 }, now).expired).to.have.members(['b', 'd']);
    const more = together('e', 0, 'data', 'anew', 'lost');
    expect(retention([more, ...since, ...before], { count: 1 }, now).expired).to.have.members(['a', 'b', 'c', 'd']);
  });

  it('leaves what is locked, and says so', () => {
    const { expired, locked } = retention([...week, cut('e', 4, { isLocked: true })], { count: 2 }, now);
    expect(expired).to.have.members(['c', 'd']);
    expect(locked).to.deep.equal(['e']);
  });

  it('neither takes nor counts what a wrong clock has dated in the future, so that new ones stay', () => {
    const wrong = ['x', 'y', 'z'].map((id, index) => cut(id, -3650 - index));
    const { expired, ahead, nextCheck } = retention([...wrong, ...week], { count: 2 }, now);
    expect(expired).to.have.members(['c', 'd']);
    expect(ahead).to.have.members(['x', 'y', 'z']);
    expect(nextCheck).to.equal(now + 3650 * DAY - 600_000);
    expect(retention(wrong, { count: 2 }, now).expired).to.deep.equal([]);
    expect(retention([cut('soon', -0.0005), ...week], { count: 1 }, now)).to.deep.include({
      expired: ['a', 'b', 'c', 'd'],
      ahead: [],
    });
  });

  it('takes nothing by its age while the clock may be wrong, and looks again soon', () => {
    const doubtful = retention(week, { for: '1d' }, now + 3650 * DAY, false);
    expect(doubtful).to.deep.equal({ expired: [], locked: [], ahead: [], nextCheck: now + 3650 * DAY + 60_000 });
    expect(retention(week, { for: '1d', count: 2 }, now, false).expired).to.deep.equal([]);
    expect(retention(week, { count: 3 }, now, false).expired).to.deep.equal(['d']);
  });

  it('does as it says of any snapshots', () => {
    fc.assert(
      fc.property(cutsOf, keeps, (cuts, keep) => {
        const { expired, locked, nextCheck } = retention(cuts, keep, now);
        const gone = new Set([...expired, ...locked]);
        const age = keep.for === undefined ? 0 : { '6h': 6 * HOUR, '2d': 2 * DAY, '3w': 21 * DAY }[keep.for];
        for (const each of cuts) {
          const newer = each.of.map(
            (volume) => cuts.filter((other) => other.of.includes(volume) && other.time > each.time).length,
          );
          const isKept = newer.some((n) => n < Math.max(keep.count ?? 0, 1)) || now - each.time < age;
          expect(gone.has(each.id), each.id).to.equal(!isKept);
          expect(expired.includes(each.id)).to.equal(!isKept && !each.isLocked);
        }
        if (nextCheck === undefined) return;
        expect(retention(cuts, keep, nextCheck - 1)).to.deep.include({ expired, locked });
        const then = retention(cuts, keep, nextCheck);
        expect(then.expired.length + then.locked.length).to.be.greaterThan(gone.size);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses to keep nothing, and a time that is none', () => {
    expect(() => retention([], {}, now)).to.throw('say which snapshots stay');
    for (const text of ['30', '0d', '1y', '-3d', '', '3 d']) {
      expect(() => retention([], { for: text }, now), text).to.throw('such as 12h, 30d');
    }
  });
});
