import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compositeSchedule } from './composite.ts';
import { stationSchedule } from './station-schedule.ts';
import { validate } from './validate.ts';
import { AC, ABLE, all, perPhase, query, S, T0, TX } from './test-support/given.ts';
import type { InstalledProfile, Period } from './profile.ts';

const dtf = new Map<string, Intl.DateTimeFormat>();
const fmt = (tz: string) => { let f = dtf.get(tz); if (!f) dtf.set(tz, f = new Intl.DateTimeFormat('en-US', { timeZone: tz, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })); return f; };
const off = (tz: string, at: number): number => {
  const p = Object.fromEntries(fmt(tz).formatToParts(at).map((x) => [x.type, Number(x.value)]));
  return Date.UTC(p['year']!, p['month']! - 1, p['day'], p['hour'], p['minute'], p['second']) - Math.floor(at / 1000) * 1000;
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Minute by minute: the first minute at which the wall shows at least `wall` having shown less just before (or shows exactly). */
function firstShowing(tz: string, wall: number): number {
  // scan from wall-15h in UTC
  let exact: number | undefined;
  for (let u = wall - 15 * HOUR; u <= wall + 15 * HOUR; u += 15 * 60_000) if (u + off(tz, u) === wall) { exact = u; break; }
  if (exact !== undefined) return exact;
  // left out: find gap: last instant with wall < asked, by minute -> then as many minutes later as left out
  for (let u = wall - 15 * HOUR; u <= wall + 15 * HOUR; u += 15 * 60_000) {
    const before = (u - 15*60_000) + off(tz, u - 15*60_000), now = u + off(tz, u);
    if (before < wall && now > wall) { const gapStart = before + 15*60_000; return u + (wall - gapStart); }
  }
  throw new Error('never');
}
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Africa/Casablanca', 'Asia/Kolkata', 'America/St_Johns', 'Antarctica/Troll'];

test('dst', () => {
  let n = 0;
  fc.assert(fc.property(
    fc.constantFrom(...zones), fc.integer({ min: 0, max: 365 }), fc.nat(95), fc.boolean(), fc.option(fc.integer({ min: 1, max: 30 * 4 }), { nil: undefined }),
    fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }), fc.integer({ min: 0, max: 12 }),
    (tz, day, quarter, weekly, dur, gaps, ahead) => {
      const wall = Date.UTC(2026, 0, 1) + day * DAY + quarter * 15 * 60_000;
      const step = weekly ? 7 * DAY : DAY;
      const periods: Period[] = [0, ...gaps.toSorted((a, b) => a - b)].map((q, i) => ({ startS: q * 900, limit: { all: 100 + i } }));
      const durationS = dur === undefined ? undefined : dur * 900;
      const p: InstalledProfile = { evse: 1, profile: { id: 1, purpose: 'tx-default', stackLevel: 0, kind: 'recurring', recurrence: weekly ? 'weekly' : 'daily', schedules: [{ unit: 'A', start: { kind: 'local', wallMs: wall }, useLocalTime: true, periods, ...(durationS === undefined ? {} : { durationS }) }] } };
      const fromMs = wall + (ahead * 15 - 3) * DAY + 7 * 60_000;
      const c = compositeSchedule(query([p], { fromMs, durationMs: 3 * DAY, zone: { offsetMsAt: (at) => off(tz, at) } }));
      if (c.kind === 'err') throw new Error();
      const starts: number[] = [];
      for (let k = 0; ; k++) { const s = firstShowing(tz, wall + k * step); if (s > fromMs + 4 * DAY) break; if (s > fromMs - 9 * DAY || k === 0) starts.push(s); if (k > 400) break; }
      for (let at = fromMs; at < fromMs + 3 * DAY; at += 17 * 60_000) {
        const s = starts.filter((x) => x <= at).at(-1);
        let want: number | undefined;
        if (s !== undefined) { const e = (at - s) / 1000; if (durationS === undefined || e < durationS) want = periods.findLast((x) => x.startS <= e)?.limit?.all; }
        const got = c.value.segments.find((x) => x.fromMs <= at && at < x.untilMs)?.limit;
        n++;
        if (got !== want) expect([tz, new Date(wall).toISOString(), new Date(at).toISOString(), got]).toEqual([tz, '', '', want]);
      }
    }), { numRuns: 60, seed: 5 });
  console.log('compared', n);
}, 100_000);

test('station: external constraints per phase on EVSE 0', () => {
  const held = all(
    { evse: 1, steps: [[0, 320]] }, { evse: 2, steps: [[0, 320]] },
    { purpose: 'external-constraints', evse: 0, steps: [{ startS: 0, limit: perPhase(100, 160, 60) }] });
  const evses = [{ evse: 1, supply: AC, transaction: TX }, { evse: 2, supply: AC }];
  for (const unit of ['A', 'W'] as const) {
    const f = stationSchedule({ profiles: held, evses, supply: AC, unit, fromMs: T0, durationMs: 60 * S });
    console.log(unit, JSON.stringify(f));
  }
});

test('1.6 station max absolute without start', () => {
  const [p] = all({ purpose: 'station-max', startS: null, steps: [[0, 100], [60, 320]] });
  console.log(validate(p!.profile, { version: 'ocpp1.6', evse: 0, supply: AC, station: ABLE, installed: [] }));
  const [q] = all({ purpose: 'tx-default', steps: [[0, 100]], more: { durationS: 10 } });
  console.log(validate({ ...q!.profile, kind: 'recurring', recurrence: 'daily' }, { version: 'ocpp1.6', evse: 0, supply: AC, station: ABLE, installed: [] }));
});
