import { expect } from 'chai';
import { systemClock } from '../../src/schedule/clock.ts';

const MINUTE = 60_000;

describe('the clock', () => {
  let wall: number;
  let monotonic: number;
  beforeEach(() => {
    wall = Date.parse('2026-11-21T12:00:00Z');
    monotonic = 5000;
  });
  const pass = (milliseconds: number) => {
    wall += milliseconds;
    monotonic += milliseconds;
  };
  const clock = () => systemClock({ wall: () => wall, monotonic: () => monotonic });

  it('is steady once it has gone evenly for ten minutes', () => {
    const { isSteady, now } = clock();
    expect(isSteady()).to.equal(false);
    pass(10 * MINUTE - 1);
    expect(isSteady()).to.equal(false);
    pass(1);
    expect(isSteady()).to.equal(true);
    expect(now()).to.equal(wall);
  });

  for (const [how, by] of [
    ['forward by years', 3650 * 24 * 60 * MINUTE],
    ['back by an hour', -60 * MINUTE],
  ] as const) {
    it(`is steady no more at the very moment when it is put ${how}, and again ten minutes later`, () => {
      const { isSteady } = clock();
      pass(20 * MINUTE);
      wall += by;
      expect(isSteady()).to.equal(false);
      pass(10 * MINUTE);
      expect(isSteady()).to.equal(true);
      wall -= by;
      expect(isSteady()).to.equal(false);
    });
  }

  it('stays steady while a time server corrects it by little', () => {
    const { isSteady } = clock();
    pass(20 * MINUTE);
    wall += 2000;
    expect(isSteady()).to.equal(true);
  });
});
