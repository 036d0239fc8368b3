import { expect } from 'chai';
import fc from 'fast-check';
import { parseCron } from '../../src/schedule/cron.ts';
import { lookAt, type Counted, type Rule } from '../../src/schedule/due.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const created = '2026-11-01T12:00:00.000Z';
const nightly: Rule = { schedule: '0 3 * * *', timeZone: 'UTC', suspend: false, created };

function at(text: string): number {
  return Date.parse(`${text}Z`);
}

/** What is remembered when all that is due has been done. */
function done(rule: Rule, before: Counted, now: number): { readonly due: string | undefined; readonly after: Counted } {
  const { due, counted } = lookAt(rule, before, now);
  const text = due === undefined ? undefined : new Date(due).toISOString();
  return { due: text, after: text === undefined ? counted : { ...counted, lastTime: text } };
}

describe('what is due', () => {
  it('is nothing before the first time after the schedule was made', () => {
    const look = lookAt(nightly, {}, at('2026-11-02T02:59:59'));
    expect(look.due).to.equal(undefined);
    expect(look.next).to.equal(at('2026-11-02T03:00'));
  });

  it('is a time as soon as it has come, and not once more when it is done', () => {
    const { due, after } = done(nightly, {}, at('2026-11-02T03:00'));
    expect(due).to.equal('2026-11-02T03:00:00.000Z');
    expect(done(nightly, after, at('2026-11-03T02:59')).due).to.equal(undefined);
    expect(done(nightly, after, at('2026-11-03T03:00')).due).to.equal('2026-11-03T03:00:00.000Z');
  });

  it('is the newest alone of many that were missed', () => {
    const { after } = done(nightly, {}, at('2026-11-02T03:00'));
    const back = done(nightly, after, at('2026-11-09T08:00'));
    expect(back.due).to.equal('2026-11-09T03:00:00.000Z');
    expect(done(nightly, back.after, at('2026-11-09T08:01')).due).to.equal(undefined);
  });

  it('is the time that has come at this very moment, however many were missed before it', () => {
    expect(done(nightly, {}, at('2026-11-09T03:00')).due).to.equal('2026-11-09T03:00:00.000Z');
  });

  it('is nothing of the time in which it was suspended', () => {
    const suspended = { ...nightly, suspend: true };
    const { after } = done(suspended, {}, at('2026-11-02T01:00'));
    expect(lookAt(suspended, after, at('2026-11-04T12:00'))).to.include({ due: undefined, next: undefined });
    const resumed = done(nightly, after, at('2026-11-04T12:00'));
    expect(resumed.due).to.equal(undefined);
    expect(done(nightly, resumed.after, at('2026-11-05T03:00')).due).to.equal('2026-11-05T03:00:00.000Z');
  });

  it('is nothing of the past of a rule that was changed', () => {
    const { after } = done(nightly, {}, at('2026-11-02T03:00'));
    for (const changed of [
      { ...nightly, schedule: '0 11 * * *' },
      { ...nightly, timeZone: 'Asia/Tokyo' },
    ]) {
      expect(done(changed, after, at('2026-11-02T23:00')).due).to.equal(undefined);
    }
  });

  it('does not wait for a future that a wrong clock has shown', () => {
    const wrong = done(nightly, {}, at('2099-05-05T12:00'));
    expect(wrong.due).to.equal('2099-05-05T03:00:00.000Z');
    const corrected = done(nightly, wrong.after, at('2026-11-03T12:00'));
    expect(corrected.due).to.equal(undefined);
    expect(done(nightly, corrected.after, at('2026-11-04T03:00')).due).to.equal('2026-11-04T03:00:00.000Z');
  });

  it('is not done twice when the clock is put back by a moment', () => {
    const { after } = done(nightly, {}, at('2026-11-02T03:00'));
    const back = done(nightly, after, at('2026-11-02T02:59:30'));
    expect(done(nightly, back.after, at('2026-11-02T03:00')).due).to.equal(undefined);
  });

  it('is each time once while somebody looks, and of each absence the newest', () => {
    const rules = fc.record({
      schedule: fc.constantFrom('0 3 * * *', '*/5 * * * *', '30 2 * * *', '7 */2 * * *', '0 0 * * 1'),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
      suspend: fc.constant(false),
      created: fc.constantFrom('2026-03-27T00:00:00.000Z', '2026-10-23T00:00:00.000Z'),
    });
    const pauses = fc.array(fc.oneof(fc.integer({ min: 1, max: HOUR }), fc.integer({ min: 1, max: 4 * DAY })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rules, pauses, (rule, lookedAfter) => {
        const all = parseCron(rule.schedule, rule.timeZone);
        let now = Date.parse(rule.created);
        let before: Counted = {};
        for (const pause of lookedAfter) {
          const passed = timesBetween(all, now, now + pause);
          now += pause;
          const { due, after } = done(rule, before, now);
          expect(due).to.equal(passed.at(-1));
          expect(done(rule, after, now).due).to.equal(undefined);
          before = after;
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Every time in (from, to], told one by one. */
function timesBetween({ after }: ReturnType<typeof parseCron>, from: number, to: number): readonly string[] {
  const found: string[] = [];
  for (let time = after(from) ?? Infinity; time <= to; time = after(time) ?? Infinity) {
    found.push(new Date(time).toISOString());
  }
  return found;
}
