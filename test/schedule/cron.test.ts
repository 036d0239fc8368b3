import { expect } from 'chai';
import fc from 'fast-check';
import { parseCron } from '../../src/schedule/cron.ts';

const HOUR = 3_600_000;

/** The first times after a moment, ISO 8601. */
function times(schedule: string, timeZone: string, from: string, count: number): readonly string[] {
  const { after } = parseCron(schedule, timeZone);
  const found: string[] = [];
  for (let moment = after(Date.parse(from)); moment !== undefined && found.length < count; moment = after(moment)) {
    found.push(new Date(moment).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('times of a cron expression', () => {
  it('comes every day at the same time of the clock on the wall', () => {
    expect(times('0 3 * * *', 'Europe/Berlin', '2026-11-21T12:00:00Z', 2)).to.deep.equal([
      '2026-11-22T02:00Z',
      '2026-11-23T02:00Z',
    ]);
    expect(times('0 3 * * *', 'America/New_York', '2026-11-21T12:00:00Z', 1)).to.deep.equal(['2026-11-22T08:00Z']);
  });

  it('makes up right after the gap for a time that clocks put forward leave out', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).to.deep.equal([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('counts a time of the day once that clocks put back bring twice', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).to.deep.equal([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('goes on evenly with every half hour while clocks are put back', () => {
    expect(times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:59:00Z', 4)).to.deep.equal([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
    ]);
  });

  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
  const schedules = fc.constantFrom('0 3 * * *', '30 2 * * *', '*/30 * * * *', '15 * * * *', '0 1 * * 0', '@monthly');
  const moments = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  // Around the hours in which clocks are put, which moments at random hardly ever meet.
  const changes = fc
    .record({
      change: fc.constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z'),
      away: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
    })
    .map(({ change, away }) => new Date(Date.parse(change) + away));

  it('leaves no time out and tells none twice, wherever one begins to look', () => {
    fc.assert(
      fc.property(
        schedules,
        zones,
        fc.oneof(moments, changes),
        fc.integer({ min: 1, max: 50 }),
        (cron, zone, at, far) => {
          const { after } = parseCron(cron, zone);
          const start = at.getTime();
          const first = after(start) ?? Infinity;
          expect(first).to.be.greaterThan(start);
          // From anywhere before the first time, that is the first; from it on, a later one.
          const between = start + Math.floor(((first - start - 1) * far) / 50);
          expect(after(between)).to.equal(first);
          expect(after(first)).to.be.greaterThan(first);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('comes once on each day of a year, whatever clocks do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), zones, (hour, minute, zone) => {
        const { after } = parseCron(`${minute} ${hour} * * *`, zone);
        const days = new Set<string>();
        const format = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' });
        let moment = Date.parse('2026-01-01T00:00:00Z');
        for (let count = 0; count < 365; count += 1) {
          moment = after(moment) ?? NaN;
          days.add(format.format(moment));
        }
        expect(days.size).to.equal(365);
        const first = Date.parse([...days][0] ?? '');
        expect(Date.parse([...days].at(-1) ?? '') - first).to.equal(364 * 24 * HOUR);
      }),
      { numRuns: 30 },
    );
  });

  const refused = [
    ['61 * * * *', 'UTC', 'write minute, hour, day, month'],
    ['* * * * * *', 'UTC', 'write minute, hour, day, month'],
    ['', 'UTC', 'write minute, hour, day, month'],
    ['@reboot', 'UTC', '@hourly, @daily, @weekly, @monthly and @yearly are known'],
    ['2026-12-24T20:00:00', 'UTC', 'cannot be read'],
    ['0 0 30 2 *', 'UTC', 'never comes'],
    ['0 3 * * *', 'Mars/Olympus', 'there is no time zone "Mars/Olympus": write one such as Europe/Berlin'],
  ] as const;
  for (const [schedule, timeZone, message] of refused) {
    it(`refuses "${schedule}" in ${timeZone}, and says what to write`, () => {
      expect(() => parseCron(schedule, timeZone))
        .to.throw(message)
        .with.property('reason', 'InvalidArgument');
    });
  }

  it('takes a leap day for a day that comes', () => {
    expect(times('0 0 29 2 *', 'UTC', '2026-11-21T12:00:00Z', 1)).to.deep.equal(['2028-02-29T00:00Z']);
  });
});
