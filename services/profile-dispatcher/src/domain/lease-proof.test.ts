import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { type BenchOptions, evseNumber, LEASE_MS, SITE, stationNumber, transactionOf } from '../testing/bench-site.ts';
import { onLeaseEndSeen, WATCHED_SETTLED_MS } from './lease-proof.ts';
import { WATCH_AGAIN_FIRST_MS, WATCHED_LATE_MS, WATCHED_MOST_MS } from './watched-lease.ts';

const [RATING_A, WORST_A, FALLBACK_A] = [80, 50, 8];
const UNKNOWN = { vendor: 'Acme', model: 'Box', firmware: '1.2' };
const S = 1_000;

/** Stations of a model of which no pack tells; the building draws 12 A, may rise by 20 A in a lease, and to 50 A. */
function site(options: BenchOptions = {}, identities: readonly StationIdentity[] = [], skewMs = 0) {
  const stations = options.stations ?? 1;
  const bench = new Bench({
    ...{ ratingA: RATING_A, worstLoadA: WORST_A, riseA: 20, fallbackA: FALLBACK_A, watchesLeases: true },
    ...options,
    stations,
  });
  bench.readMeter(12);
  for (let number = 1; number <= stations; number += 1) {
    bench.boot(number, skewMs, undefined, identities[number - 1] ?? UNKNOWN);
    acceptAll(bench);
    bench.startTransaction(number);
  }
  bench.after(WATCHED_SETTLED_MS);
  bench.readMeter(12);
  return bench;
}

function acceptAll(bench: Bench): readonly IntendedCommand[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands;
}

const said = (bench: Bench, commands: readonly IntendedCommand[]): readonly string[] =>
  commands.map(({ intent }) => {
    const forS = Math.round(((intent.untilMs ?? 0) - bench.nowMs) / S);
    return `${intent.stationId} ${intent.limit / 10} A for ${forS} s`;
  });

/** The first station draws so much, sampled twice, and is decided to have this. What leaves then. */
function drawsAndIsDecided(
  bench: Bench,
  targetsA: Readonly<Record<number, number>>,
  draw = FALLBACK_A,
  everyMs = 10 * S,
) {
  bench.measure(1, draw, FALLBACK_A);
  bench.after(everyMs);
  bench.readMeter(12);
  bench.measure(1, draw, FALLBACK_A);
  bench.decide(targetsA);
  return bench.pass();
}

/** The same, and what leaves is accepted: the lease that is watched. Returns when that ends. */
function begin(bench: Bench, draw = FALLBACK_A, everyMs = 10 * S): number {
  const commands = drawsAndIsDecided(bench, { 1: 32, 2: 32 }, draw, everyMs);
  for (const command of commands) bench.answer(command);
  return commands[0]?.intent.untilMs ?? 0;
}

/** A sample of the first station at that instant, and what leaves then. */
function shows(bench: Bench, atMs: number, draw: number, offered?: number): readonly string[] {
  bench.nowMs = atMs;
  bench.readMeter(12);
  bench.measure(1, draw, offered);
  return said(bench, acceptAll(bench));
}

/** Two samples that show it obeyed; 6 A unless it is something else. */
function comesDown(bench: Bench, untilMs: number, draw = 6): void {
  shows(bench, untilMs - 30 * S, draw, draw);
  shows(bench, untilMs - 15 * S, draw, draw);
}

/** And two that show its permanent limit again. */
function goesUp(bench: Bench, untilMs: number, draw = 8): readonly string[] {
  shows(bench, untilMs + RULES.leaseMarginMs + 10 * S, draw, draw);
  return shows(bench, untilMs + RULES.leaseMarginMs + 20 * S, draw, draw);
}

const findings = (bench: Bench) => bench.records.filter(({ kind }) => kind === 'lease-end-seen');
const isWatched = (bench: Bench): boolean =>
  [...bench.site.controls.values()].some(({ proof }) => proof?.watched !== undefined);

test('SI5, SI28, H89: of a model of which nothing is known a lease below its permanent limit is watched to its end; then it has what fits now', () => {
  const bench = site();
  expect(said(bench, drawsAndIsDecided(bench, { 1: 32 }))).toEqual(['ST-1 6 A for 65 s']);
  const [command] = bench.sent.slice(-1);
  if (command !== undefined) bench.answer(command);
  const { untilMs = 0 } = command?.intent ?? {};
  comesDown(bench, untilMs);
  // It has ended, and margin and all: the car draws its 8 A again, and goes on so.
  expect(goesUp(bench, untilMs)).toEqual(['ST-1 32 A for 119 s']);
  expect(findings(bench)).toMatchObject([{ identity: UNKNOWN, evse: 1 }]);
  bench.after(LEASE_MS + RULES.leaseMarginMs);
  expect(bench.committedA(1)).toBe(FALLBACK_A);
});

test('SI28: until then it has no more than what fits at rest, beside the worst of the building', () => {
  const bench = site();
  bench.decide({ 1: 32 });
  // Nothing is sampled yet, so nothing could be seen.
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 29.9 A for 119 s']);
  bench.after(60 * LEASE_MS);
  expect(bench.committedA(1) + WORST_A).toBeLessThanOrEqual(RATING_A);
});

test('SI28: one that stays at it never counts as one whose leases end, and is tried again later and later', () => {
  const bench = site();
  let untilMs = begin(bench);
  for (const waitsMs of [WATCH_AGAIN_FIRST_MS, 2 * WATCH_AGAIN_FIRST_MS]) {
    comesDown(bench, untilMs);
    const lateMs = untilMs + RULES.leaseMarginMs + WATCHED_LATE_MS;
    shows(bench, lateMs, 6, 6);
    expect(isWatched(bench)).toBe(true);
    expect(shows(bench, lateMs + 1, 6, 6)).toEqual(['ST-1 29.9 A for 119 s']);
    expect(isWatched(bench)).toBe(false);
    const againMs = lateMs + 1 + waitsMs;
    for (const s of [31, 21, 11]) shows(bench, againMs - s * S, 29, 29);
    bench.decide({ 1: 32 });
    shows(bench, againMs - 1, 29, 29);
    expect(isWatched(bench)).toBe(false);
    shows(bench, againMs + 11 * S, 29, 29);
    expect(isWatched(bench)).toBe(true);
    untilMs = bench.sent.at(-1)?.intent.untilMs ?? 0;
  }
  expect(findings(bench)).toEqual([]);
});

test.each<readonly [what: string, spoil: (bench: Bench, untilMs: number) => void]>([
  ['that does not come down to it', (bench, untilMs) => comesDown(bench, untilMs, 8)],
  [
    'that says it offers more',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      shows(bench, untilMs - 10 * S, 6, 8);
    },
  ],
  ['of which no sample was taken while it lasted', () => undefined],
  ['of which one sample was taken while it lasted', (bench, untilMs) => void shows(bench, untilMs - 25 * S, 6, 6)],
  [
    'that is sampled only before it had its time to obey',
    (bench) => {
      shows(bench, bench.nowMs + 2 * S, 6, 6);
      shows(bench, bench.nowMs + 2 * S, 6, 6);
    },
  ],
  ['whose car draws nothing by itself', (bench, untilMs) => comesDown(bench, untilMs, 0)],
  ['whose car takes clearly less than that', (bench, untilMs) => comesDown(bench, untilMs, 4.9)],
  [
    'that goes up again before the end',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      shows(bench, untilMs - RULES.leaseMarginMs - 1, 8, 8);
    },
  ],
  [
    'whose lease ends too late',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      shows(bench, untilMs + RULES.leaseMarginMs + WATCHED_LATE_MS + 1, 6, 6);
    },
  ],
  [
    'that comes back to more than its permanent limit',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      goesUp(bench, untilMs, 16);
    },
  ],
  [
    'that goes down once more',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      shows(bench, untilMs + RULES.leaseMarginMs + 5 * S, 8, 8);
      shows(bench, untilMs + RULES.leaseMarginMs + 6 * S, 6, 8);
    },
  ],
  [
    'that restarts',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.take({ kind: 'station-booted', ...bench.of(1), identity: UNKNOWN });
    },
  ],
  [
    'that restarts, where a sample from behind that is read first',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      shows(bench, untilMs + RULES.leaseMarginMs + 5 * S, 8, 8);
      bench.take({ kind: 'station-booted', ...bench.of(1), identity: UNKNOWN });
      bench.nowMs = untilMs + RULES.leaseMarginMs + 16 * S;
    },
  ],
  [
    'that connects anew',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.connect(1);
    },
  ],
  [
    'that is told less meanwhile',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.decide({ 1: 0 });
      acceptAll(bench);
      bench.decide({ 1: 32 });
    },
  ],
  [
    'whose next car comes, where the end of the one before was lost',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.startTransaction(1, 2);
    },
  ],
  [
    'where a car comes to another EVSE of its station',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.take({ kind: 'transaction-started', ...bench.of(1), evse: 2, transactionId: transactionOf(2) });
    },
  ],
  [
    'that another owner has told something, which is read meanwhile',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      const [own] = bench.sent.slice(-1);
      if (own !== undefined) bench.take({ ...own.intent, epoch: 0, seq: 1, commandId: 'hr-0-0-1-x' });
    },
  ],
  [
    'whom somebody beside us limits meanwhile',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      const schedules = [{ unit: 'A' as const, steps: [{ fromMs: bench.nowMs, limit: deciAmps(160) }] }];
      const limit = { evse: 0, source: 'EMS', isGridCritical: false, schedules };
      bench.take({ kind: 'station-limited', ...bench.of(1), limit });
    },
  ],
  [
    'whose clock was set meanwhile',
    (bench, untilMs) => {
      comesDown(bench, untilMs);
      bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs + 60 * S });
    },
  ],
])('SI28: an EVSE %s shows nothing', (_, spoil) => {
  const bench = site();
  const untilMs = begin(bench);
  expect(isWatched(bench)).toBe(true);
  spoil(bench, untilMs);
  for (let s = 6; s < 60; s += 1) {
    bench.nowMs = Math.max(bench.nowMs, untilMs + RULES.leaseMarginMs + s * S);
    bench.measure(1, 8, 8);
    acceptAll(bench);
  }
  expect(findings(bench)).toEqual([]);
});

test.each<readonly [what: string, measure: (bench: Bench) => void]>([
  [
    'that names no transaction',
    (bench) => bench.measurePhases(1, { l1: 8, l2: 8, l3: 8 }, { offered: 8, transactionId: undefined }),
  ],
  [
    'of the next car, whose start is not read yet',
    (bench) => bench.measurePhases(1, { l1: 8, l2: 8, l3: 8 }, { offered: 8, transactionId: transactionOf(1, 2) }),
  ],
  [
    'that is not measured, but worked out',
    (bench) => bench.measurePhases(1, { l1: 8, l2: 8, l3: 8 }, { isGood: false }),
  ],
  [
    'without currents',
    (bench) =>
      bench.take({
        ...{ kind: 'evse-measured', siteId: SITE, stationId: stationNumber(1), evse: 1, draw: undefined, current: {} },
        ...{ power: undefined, transactionId: transactionOf(1), isGood: true, offered: undefined },
        sampledAtMs: bench.nowMs,
      }),
  ],
])('SI28: a sample %s says nothing of the end', (_, measure) => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  // One that does say something is not enough.
  shows(bench, untilMs + RULES.leaseMarginMs + 5 * S, 8, 8);
  for (let s = 6; s < 40; s += 5) {
    bench.nowMs = untilMs + RULES.leaseMarginMs + s * S;
    measure(bench);
  }
  expect(bench.site.leaseEnds.size).toBe(0);
});

test('SI28: a sample in the margin of a clock says nothing of the end, and of two behind it the first comes soon enough', () => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  shows(bench, untilMs + RULES.leaseMarginMs, 8, 8);
  shows(bench, untilMs + RULES.leaseMarginMs + WATCHED_LATE_MS, 8, 8);
  expect(shows(bench, untilMs + RULES.leaseMarginMs + WATCHED_LATE_MS + 9_999, 8, 8)).toEqual([]);
  expect(shows(bench, untilMs + RULES.leaseMarginMs + WATCHED_LATE_MS + 10_000, 8, 8)).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28: one of a model is enough, and one at a time is watched; another firmware is another model', () => {
  const bench = site({ stations: 3 }, [UNKNOWN, UNKNOWN, { ...UNKNOWN, firmware: '1.3' }]);
  for (let each = 0; each < 2; each += 1) {
    for (const number of [1, 2, 3]) bench.measure(number, FALLBACK_A, FALLBACK_A);
    if (each === 0) bench.after(10 * S);
  }
  bench.readMeter(12);
  bench.decide({ 1: 12, 2: 12, 3: 12 });
  const first = acceptAll(bench);
  expect(said(bench, first).filter((text) => text.includes(' 6 A'))).toEqual([
    'ST-1 6 A for 65 s',
    'ST-3 6 A for 65 s',
  ]);
  const { untilMs = 0 } = first[0]?.intent ?? {};
  comesDown(bench, untilMs);
  goesUp(bench, untilMs);
  // The third has shown nothing.
  expect([...bench.site.leaseEnds.values()]).toEqual([UNKNOWN]);
  bench.disconnect(3);
  bench.measure(2, FALLBACK_A, FALLBACK_A);
  bench.after(10 * S);
  bench.measure(2, FALLBACK_A, FALLBACK_A);
  expect(said(bench, acceptAll(bench)).filter((text) => text.includes(' 6 A'))).toEqual([]);
});

test('SI28: once another station of the model has shown it a watch is over: what is decided waits for no end of that lease (seed 61070)', () => {
  const { bench, untilMs } = aboveSix();
  expect([shows(bench, untilMs - 30 * S, 29, 29), isWatched(bench)]).toEqual([[], true]);
  onLeaseEndSeen(bench.site, { identity: { ...UNKNOWN, firmware: '1.3' }, atMs: bench.nowMs });
  expect([said(bench, acceptAll(bench)), isWatched(bench)]).toEqual([[], true]);
  onLeaseEndSeen(bench.site, { identity: UNKNOWN, atMs: bench.nowMs });
  expect([isWatched(bench), said(bench, acceptAll(bench))]).toEqual([false, ['ST-1 32 A for 119 s']]);
});

test('SI28: a model that says no firmware is not watched: what was seen of it would outlive every update', () => {
  const bench = site({}, [{ ...UNKNOWN, firmware: '' }]);
  expect(said(bench, drawsAndIsDecided(bench, { 1: 32 }))).toEqual(['ST-1 29.9 A for 119 s']);
});

test('SI28: the next owner knows what was seen, by the journal; also that it is not believed any more', () => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  goesUp(bench, untilMs);
  const heir = new Bench({ watchesLeases: true, stations: 1 }, 2);
  // It stands before its own mark.
  heir.shard.openedEpoch = 1;
  for (const record of bench.records) heir.take(record);
  expect([...heir.site.leaseEnds.values()]).toEqual([UNKNOWN]);
  for (const record of findings(bench)) heir.take({ ...record, isKept: true } as typeof record);
  expect([...heir.site.leaseEnds.values()]).toEqual([{ ...UNKNOWN, isKept: true }]);
  for (const record of findings(bench)) heir.take(record);
  expect([...heir.site.leaseEnds.values()]).toEqual([{ ...UNKNOWN, isKept: true }]);
});

test('SI5, SI28: a station that keeps a lease, though one of its model was seen to end, takes that back for its model', () => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  expect(goesUp(bench, untilMs)).toEqual(['ST-1 32 A for 119 s']);
  // Nobody decides any more, and the lease is over; its car draws on.
  bench.decide({ 1: 32 }, 1);
  bench.after(LEASE_MS + 60 * S);
  acceptAll(bench);
  for (let s = 0; s <= 30; s += 10) shows(bench, bench.nowMs + 10 * S, 32, 32);
  expect(findings(bench).map((record) => 'isKept' in record)).toEqual([false, true]);
  expect([...bench.site.leaseEnds.values()]).toEqual([{ ...UNKNOWN, isKept: true }]);
});

test('SI28: one that draws more than the lease that it had is of another making, as a stranger: that leases of its model end is believed on', () => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  goesUp(bench, untilMs);
  bench.decide({ 1: 16 });
  acceptAll(bench);
  bench.decide({ 1: 16 }, 1);
  bench.after(LEASE_MS + 60 * S);
  acceptAll(bench);
  for (let s = 0; s <= 30; s += 10) shows(bench, bench.nowMs + 10 * S, 23, 23);
  expect(bench.records.some((record) => record.kind === 'evse-disobeys' && record.step === 'ask')).toBe(true);
  expect([...bench.site.leaseEnds.values()]).toEqual([UNKNOWN]);
});

test('SI28: one that draws more than its lease is another matter: that leases of its model end is believed on', () => {
  const bench = site();
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  goesUp(bench, untilMs);
  // A lease of 32 A has lapsed; the one that is in force is of 16 A.
  bench.decide({ 1: 32 }, 1);
  bench.after(LEASE_MS + 60 * S);
  acceptAll(bench);
  bench.decide({ 1: 16 });
  acceptAll(bench);
  for (let s = 0; s <= 30; s += 10) shows(bench, bench.nowMs + 10 * S, 32, 16);
  expect(bench.records.some((record) => record.kind === 'evse-disobeys' && record.step === 'ask')).toBe(true);
  expect([...bench.site.leaseEnds.values()]).toEqual([UNKNOWN]);
});

/** A permanent limit of 6 A, and a car that takes all of the 29 A that it is leased above it: what fits at rest. */
function aboveSix(options: BenchOptions = {}, rest = 29): { readonly bench: Bench; readonly untilMs: number } {
  const bench = site({ fallbackA: 6, ...options });
  bench.decide({ 1: 32, 2: 32 });
  acceptAll(bench);
  bench.after(WATCHED_SETTLED_MS);
  const commands = drawsAndIsDecided(bench, { 1: 32, 2: 32 }, rest);
  for (const command of commands) bench.answer(command);
  return { bench, untilMs: commands[0]?.intent.untilMs ?? 0 };
}
const endMs = (untilMs: number): number => untilMs + RULES.leaseMarginMs;

test('SI28: where the permanent limit is no more than a car needs, what it is leased above it is let end: it comes down to it, and up again', () => {
  const { bench, untilMs } = aboveSix();
  expect(said(bench, bench.sent.slice(-1))).toEqual(['ST-1 29.9 A for 65 s']);
  comesDown(bench, untilMs, 29);
  expect(shows(bench, endMs(untilMs) + 10 * S, 6, 6)).toEqual([]);
  // It has ended. Now it is seen that its car wanted as much all the time.
  expect(shows(bench, endMs(untilMs) + 20 * S, 6, 6)).toEqual(['ST-1 29.9 A for 119 s']);
  expect(findings(bench)).toEqual([]);
  expect(shows(bench, endMs(untilMs) + 30 * S, 29, 29)).toEqual(['ST-1 32 A for 119 s']);
  expect(findings(bench)).toMatchObject([{ identity: UNKNOWN, evse: 1 }]);
});

test('SI28: until then no row would be over with nobody alive, whatever comes of the lease that is let end', () => {
  const { bench, untilMs } = aboveSix();
  for (const s of [0, 60, 600]) {
    bench.nowMs = untilMs + s * S;
    expect(bench.committedA(1) + WORST_A).toBeLessThanOrEqual(RATING_A);
  }
});

test.each([
  ['stays where it was', 29, 29],
  ['pauses by itself', 0, 0],
  ['takes less and less', 20, 18],
  ['comes down, and goes up by itself', 6, 29],
  ['comes down, and pauses then', 6, 0],
])('SI28: a car that %s when the lease above its permanent limit is over shows no end', (_what, first, second) => {
  const { bench, untilMs } = aboveSix();
  comesDown(bench, untilMs, 29);
  shows(bench, endMs(untilMs) + 10 * S, first, first);
  shows(bench, endMs(untilMs) + 20 * S, second, second);
  shows(bench, endMs(untilMs) + 40 * S, 29, 29);
  expect(findings(bench)).toEqual([]);
  expect(isWatched(bench)).toBe(false);
});

test('SI28: who came down with the end of his lease shows it only by what he takes when he is told as much again, in five minutes, and with nothing in between', () => {
  const come = (then: (bench: Bench) => void, atMs = 30 * S, draw = 29): number => {
    const { bench, untilMs } = aboveSix();
    comesDown(bench, untilMs, 29);
    for (const s of [10, 20]) shows(bench, endMs(untilMs) + s * S, 6, 6);
    then(bench);
    shows(bench, endMs(untilMs) + atMs, draw, draw);
    return findings(bench).length;
  };
  expect(come(() => undefined)).toBe(1);
  expect(come((bench) => bench.connect(1))).toBe(0);
  expect(come((bench) => bench.boot(1, 0, undefined, UNKNOWN))).toBe(0);
  expect(come((bench) => bench.endTransaction(1))).toBe(0);
  expect(come(() => undefined, 321 * S)).toBe(0);
  expect([come(() => undefined, 30 * S, 28.8), come(() => undefined, 30 * S, 28.9)]).toEqual([0, 1]);
  expect(come((bench) => shows(bench, bench.nowMs + 5 * S, 20, 20))).toBe(1);
});

test('SI28: nothing above a permanent limit is let end where less than 2 A more fit at rest, where its car is not held by it, or where less is decided', () => {
  const full = site({ fallbackA: 6, ratingA: WORST_A + 7 });
  full.decide({ 1: 32 });
  acceptAll(full);
  full.after(WATCHED_SETTLED_MS);
  drawsAndIsDecided(full, { 1: 32 }, 7);
  expect(isWatched(full)).toBe(false);
  expect(isWatched(aboveSix({}, 28.8).bench)).toBe(false);
  expect(isWatched(aboveSix({}, 28.9).bench)).toBe(true);
  const { bench } = aboveSix();
  bench.decide({ 1: 20 });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 20 A for 119 s']);
  expect(isWatched(bench)).toBe(false);
});

test('SI26: a lease above the permanent limit that is watched is no longer than any', () => {
  expect(isWatched(aboveSix({ leaseS: 64 }).bench)).toBe(false);
  expect(isWatched(aboveSix({ leaseS: 66 }).bench)).toBe(true);
});

test('SI28: a car that takes a little less than the permanent limit shows it, one that takes clearly less is left alone', () => {
  const bench = site();
  const untilMs = begin(bench, 7.4);
  comesDown(bench, untilMs, 5.6);
  expect(goesUp(bench, untilMs, 7.4)).toEqual(['ST-1 32 A for 119 s']);
  const less = site();
  expect(said(less, drawsAndIsDecided(less, { 1: 32 }, 6.9))).toEqual(['ST-1 29.9 A for 119 s']);
});

test('SI28: one that is sampled once a minute is watched for longer; one that is sampled every second minute is not', () => {
  const bench = site();
  const untilMs = begin(bench, 8, 60 * S);
  const beganMs = bench.nowMs;
  expect(untilMs - beganMs).toBe(165 * S);
  for (const s of [60, 120]) shows(bench, beganMs + s * S, 6, 6);
  shows(bench, beganMs + 180 * S, 8, 8);
  expect(shows(bench, beganMs + 240 * S, 8, 8)).toEqual(['ST-1 32 A for 119 s']);
  const seldom = site();
  expect(said(seldom, drawsAndIsDecided(seldom, { 1: 32 }, 8, 120 * S))).toEqual(['ST-1 29.9 A for 119 s']);
  expect(untilMs - beganMs).toBeLessThan(WATCHED_MOST_MS);
});

test('SI28: samples that come for another reason than their time do not hide how seldom the others come (seed 20016)', () => {
  const bench = site();
  // A car has begun 3 s ago, and its station said so twice. From now on it is sampled every 20 s.
  const untilMs = begin(bench, 8, 3 * S);
  const beganMs = bench.nowMs;
  let told: readonly string[] = [];
  for (const s of [3, 17, 37, 57, 77, 97]) {
    const atMs = beganMs + s * S;
    told = shows(bench, atMs, atMs > untilMs ? 8 : 6, atMs > untilMs ? 8 : 6);
  }
  expect(told).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28: a lease that is given just before a sample is watched as well as any: that one shows nothing yet (seed 20060)', () => {
  const bench = site();
  for (let each = 0; each < 4; each += 1) shows(bench, bench.nowMs + 20 * S, 8, 8);
  bench.after(19_500);
  bench.readMeter(12);
  bench.decide({ 1: 32 });
  const [command] = acceptAll(bench);
  const untilMs = command?.intent.untilMs ?? 0;
  const beganMs = bench.nowMs;
  let told: readonly string[] = [];
  for (const s of [0.5, 20.5, 40.5, 60.5, 80.5, 100.5]) {
    const atMs = beganMs + s * S;
    told = shows(bench, atMs, atMs > untilMs ? 8 : 6, atMs > untilMs ? 8 : 6);
    if (!isWatched(bench)) break;
  }
  expect(told).toEqual(['ST-1 32 A for 119 s']);
});

/** It takes limits in watts, which at the nominal voltage pass nine tenths of a current (H82). */
function wattsSite(fallbackA: number): Bench {
  const bench = site({ fallbackA });
  bench.take({
    ...({ kind: 'capabilities-answered', ...bench.of(1) } as const),
    settings: [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power' }],
  });
  acceptAll(bench);
  return bench;
}

test('SI28, H82: a station of watts shows the end of a lease by nine tenths of its limits', () => {
  const bench = wattsSite(8);
  const untilMs = begin(bench, 7.2);
  // The least by which a car has its 6 A.
  expect(bench.sent.at(-1)?.intent.limit).toBe(67);
  comesDown(bench, untilMs, 6);
  expect(goesUp(bench, untilMs, 7.2)).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28, H82: whose permanent limit would pause its car is not watched: a car that takes nothing shows nothing (seed 20026)', () => {
  const leased = (bench: Bench): boolean => {
    bench.decide({ 1: 20 });
    acceptAll(bench);
    // Who was paused is told once more when he goes on (H79).
    bench.after(S);
    bench.take({
      ...({ kind: 'charging-seen', ...bench.of(1), evse: 1, transactionId: transactionOf(1) } as const),
      isCharging: true,
    });
    acceptAll(bench);
    bench.after(WATCHED_SETTLED_MS);
    drawsAndIsDecided(bench, { 1: 20 }, 18);
    return isWatched(bench);
  };
  // 6 A in watts are 5.4 A at the nominal voltage; 7 A are 6.3 A.
  expect([leased(wattsSite(6)), leased(wattsSite(7))]).toEqual([false, true]);
});

test('SI28: a clock that is far off, and stays so, hides nothing', () => {
  const bench = site({}, [], 40 * S);
  const untilMs = begin(bench);
  comesDown(bench, untilMs);
  expect(goesUp(bench, untilMs)).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28: nothing is told meanwhile that would hide its end', () => {
  const bench = site();
  const untilMs = begin(bench);
  for (; bench.nowMs < untilMs + RULES.leaseMarginMs; bench.after(5 * S)) {
    bench.decide({ 1: 32 });
    bench.measure(1, bench.nowMs < untilMs ? 6 : 8, bench.nowMs < untilMs ? 6 : 8);
    expect(acceptAll(bench)).toEqual([]);
  }
});

test('SI7: a lower limit is told at once while a lease is watched, also one that lies between that and the permanent limit', () => {
  const bench = site();
  begin(bench);
  bench.after(S);
  bench.decide({ 1: 7 });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 7 A for 119 s']);
  expect(isWatched(bench)).toBe(false);
  // It is one although its station has less now: also where nothing may be raised.
  const stale = site();
  begin(stale);
  stale.decide({ 1: 7 }, 1);
  stale.after(S);
  expect(said(stale, acceptAll(stale))).toEqual(['ST-1 7 A for 119 s']);
});

test('SI27: nothing is watched while less is announced than the permanent limit, and what is announced meanwhile is told', () => {
  const announced = { later: { fromMs: 0, targetsA: { 1: 5 } } };
  const keeps = (bench: Bench) => ({ later: { ...announced.later, fromMs: bench.nowMs + 60 * S } });
  const before = site();
  before.measure(1, 8, 8);
  before.after(10 * S);
  before.readMeter(12);
  before.measure(1, 8, 8);
  before.decide({ 1: 32 }, 600_000, 1, keeps(before));
  acceptAll(before);
  expect(isWatched(before)).toBe(false);
  const after = site();
  begin(after);
  after.after(S);
  after.decide({ 1: 8 }, 600_000, 1, keeps(after));
  const [told] = acceptAll(after);
  expect(told?.intent).toMatchObject({ limit: 80, later: { limit: 50 } });
  expect(isWatched(after)).toBe(false);
});

test('SI7: a lease that is only to be watched delays no decrease: not while it is on its way, nor where it is refused, or never answered', () => {
  for (const outcome of [undefined, 'rejected', 'unanswered'] as const) {
    const bench = site();
    bench.decide({ 1: 32 });
    acceptAll(bench);
    bench.after(WATCHED_SETTLED_MS);
    const [watched] = drawsAndIsDecided(bench, { 1: 32 }, 29);
    expect(watched?.intent.limit).toBe(60);
    if (outcome !== undefined && watched !== undefined) bench.answer(watched, outcome);
    // No room for a raise either.
    bench.readMeter(75);
    bench.decide({ 1: 12 });
    expect(said(bench, acceptAll(bench)).map((text) => text.slice(0, 9))).toEqual(['ST-1 12 A']);
  }
});

test('SI4, SI7: where a decrease was never answered, one to more than that is a decrease still', () => {
  const bench = Bench.charging({ ratingA: 64, worstLoadA: 30, riseA: 0 });
  bench.readMeter(0);
  bench.decide({ 1: 30 });
  acceptAll(bench);
  bench.decide({ 1: 8 });
  for (const command of bench.pass()) bench.answer(command, 'unanswered');
  bench.after(S);
  bench.readMeter(60);
  bench.decide({ 1: 16 });
  expect(said(bench, bench.pass()).map((text) => text.slice(0, 9))).toEqual(['ST-1 16 A']);
});

test('SI7, SI28: where a lease is over, and may have been kept, a lower limit without room is told as the permanent one: an increase to nobody', () => {
  const bench = site();
  bench.decide({ 1: 32 }, 30 * S);
  acceptAll(bench);
  expect(bench.committedA(1)).toBe(29.9);
  bench.after(LEASE_MS + 60 * S);
  bench.readMeter(70);
  bench.decide({ 1: 20 });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 8 A for 119 s']);
  expect(acceptAll(bench)).toEqual([]);
  // Of a model whose leases end it is known what holds.
  const known = site({}, [{ vendor: 'Headroom', model: 'Virtual AC22', firmware: '1' }]);
  known.decide({ 1: 32 });
  acceptAll(known);
  known.nowMs = (known.sent.at(-1)?.intent.untilMs ?? 0) - S;
  known.readMeter(70);
  known.decide({ 1: 20 });
  expect(acceptAll(known)).toEqual([]);
});

test('SI28: a limit below the permanent one is told again when its lease is over, whoever decides or not; also of a model whose leases count on', () => {
  for (const identity of [UNKNOWN, { vendor: 'Headroom', model: 'Virtual AC22', firmware: '1' }]) {
    const bench = site({}, [identity]);
    bench.decide({ 1: 7 }, 30 * S);
    acceptAll(bench);
    const { untilMs = 0 } = bench.sent.at(-1)?.intent ?? {};
    bench.nowMs = untilMs - RULES.leaseMarginMs - 1;
    expect(acceptAll(bench)).toEqual([]);
    bench.nowMs = untilMs - RULES.leaseMarginMs;
    expect(said(bench, acceptAll(bench))).toEqual(['ST-1 7 A for 119 s']);
    expect(acceptAll(bench)).toEqual([]);
  }
});

test('H79: where a limit is owed for a pause one is told at once, whatever that hides', () => {
  const bench = site();
  const untilMs = begin(bench);
  const seen = { ...bench.of(1), evse: 1, transactionId: transactionOf(1), kind: 'charging-seen' } as const;
  bench.nowMs = untilMs - 20 * S;
  bench.take({ ...seen, isCharging: false, isSuspended: true, atMs: bench.nowMs });
  bench.after(S);
  bench.take({ ...seen, isCharging: true, atMs: bench.nowMs });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 29.9 A for 119 s']);
  expect(isWatched(bench)).toBe(false);
});

test.each([
  [16, true],
  [7, false],
])(
  'SI28: where somebody beside us allows %i A that stays, a lease below a permanent limit of 8 A is watched: %s',
  (allowsA, is) => {
    const bench = site();
    const schedules = [{ unit: 'A' as const, steps: [{ fromMs: bench.nowMs, limit: deciAmps(allowsA * 10) }] }];
    bench.take({
      ...({ kind: 'station-limited', ...bench.of(1) } as const),
      limit: { evse: 0, source: 'EMS', isGridCritical: false, schedules },
    });
    const untilMs = begin(bench);
    expect(isWatched(bench)).toBe(is);
    comesDown(bench, untilMs);
    goesUp(bench, untilMs);
    expect(bench.site.leaseEnds.size).toBe(is ? 1 : 0);
  },
);

test('SI28: nothing is watched while the decision is stale, or a lower limit is to be told', () => {
  const stale = site();
  drawsAndIsDecided(stale, { 1: 32 });
  const later = site();
  later.measure(1, 8, 8);
  later.decide({ 1: 32 }, 1);
  later.after(10 * S);
  later.measure(1, 8, 8);
  expect(said(later, acceptAll(later))).toEqual([]);
  expect([isWatched(stale), isWatched(later)]).toEqual([true, false]);
  const lower = site();
  lower.decide({ 1: 25 });
  acceptAll(lower);
  expect(said(lower, drawsAndIsDecided(lower, { 1: 12 }, 20))).toEqual(['ST-1 12 A for 119 s']);
});

test('SI28: nothing is watched at a station that has only just connected, or whose other EVSE is in use', () => {
  const young = site();
  young.connect(1);
  young.measure(1, 8, 8);
  young.after(WATCHED_SETTLED_MS - 1);
  young.readMeter(12);
  young.measure(1, 8, 8);
  young.decide({ 1: 32 });
  acceptAll(young);
  expect(isWatched(young)).toBe(false);
  const other = site();
  other.take({ kind: 'transaction-started', ...other.of(1), evse: 2, transactionId: transactionOf(2) });
  drawsAndIsDecided(other, { 1: 32 });
  expect(isWatched(other)).toBe(false);
  expect(other.site.controls.get(evseNumber(1))?.proof?.drawn?.everyMs).toBe(10 * S);
});
