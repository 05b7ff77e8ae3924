import { expect, test } from '@jest/globals';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { type BenchOptions, LEASE_MS, transactionOf } from '../testing/bench-site.ts';
import { WATCH_AGAIN_FIRST_MS, WATCHED_GOES_ON_MS, WATCHED_MS, WATCHED_UNTIL_MS } from './watched-lease.ts';

const [RATING_A, WORST_A, FALLBACK_A] = [80, 50, 8];
const UNKNOWN = { vendor: 'Acme', model: 'Box', firmware: '1.2' };
const S = 1_000;

/** Stations of a model of which no pack tells; the building draws 12 A, may rise by 20 A in a lease, and to 50 A. */
function site(options: BenchOptions = {}, identities = [UNKNOWN, UNKNOWN]) {
  const stations = options.stations ?? 1;
  const bench = new Bench({
    ...{ ratingA: RATING_A, worstLoadA: WORST_A, riseA: 20, fallbackA: FALLBACK_A, watchesLeases: true },
    ...options,
    stations,
  });
  bench.readMeter(12);
  for (let number = 1; number <= stations; number += 1) {
    bench.boot(number, 0, undefined, identities[number - 1] ?? UNKNOWN);
    acceptAll(bench);
    bench.startTransaction(number);
  }
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

/** The first station draws its 8 A, and is told the lease that is watched. Returns when that ends. */
function begin(bench: Bench): number {
  bench.measure(1, FALLBACK_A, FALLBACK_A);
  bench.decide({ 1: 32, 2: 32 });
  const [watched] = acceptAll(bench);
  return watched?.intent.untilMs ?? 0;
}

/** A sample of the first station at that instant, and what leaves then. */
function shows(bench: Bench, atMs: number, draw: number, offered?: number): readonly string[] {
  bench.nowMs = atMs;
  bench.readMeter(12);
  bench.measure(1, draw, offered);
  return said(bench, acceptAll(bench));
}

test('SI5, SI28, H89: of a model of which nothing is known a lease below its permanent limit is watched to its end; then it has what fits now', () => {
  const bench = site();
  bench.measure(1, FALLBACK_A, FALLBACK_A);
  bench.decide({ 1: 32 });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 6 A for 45 s']);
  const { untilMs = 0 } = bench.sent.at(-1)?.intent ?? {};
  expect(shows(bench, bench.nowMs + 20 * S, 6, 6)).toEqual([]);
  // It has ended, and margin and all: the car draws its 8 A again.
  expect(shows(bench, untilMs + RULES.leaseMarginMs + 1, 8, 8)).toEqual(['ST-1 32 A for 119 s']);
  expect(bench.records.filter(({ kind }) => kind === 'lease-end-seen')).toMatchObject([{ identity: UNKNOWN, evse: 1 }]);
  bench.after(LEASE_MS + RULES.leaseMarginMs);
  expect(bench.committedA(1)).toBe(FALLBACK_A);
});

test('SI28: until then it has no more than what fits at rest, beside the worst of the building', () => {
  const bench = site();
  bench.decide({ 1: 32 });
  // Its car draws nothing yet, so nothing could be seen.
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 29.9 A for 119 s']);
  bench.after(60 * LEASE_MS);
  expect(bench.committedA(1) + WORST_A).toBeLessThanOrEqual(RATING_A);
});

test('SI28: one that stays at it never counts as one whose leases end, and is tried again later and later', () => {
  const bench = site();
  const untilMs = begin(bench);
  shows(bench, bench.nowMs + 20 * S, 6, 6);
  expect(shows(bench, untilMs + RULES.leaseMarginMs + 1, 6, 6)).toEqual([]);
  expect(shows(bench, untilMs + WATCHED_UNTIL_MS, 6, 6)).toEqual(['ST-1 29.9 A for 119 s']);
  expect(shows(bench, bench.nowMs + 20 * S, 29.9, 29.9)).toEqual([]);
  const againMs = untilMs + WATCHED_UNTIL_MS + WATCH_AGAIN_FIRST_MS;
  expect(shows(bench, againMs - 1, 29.9, 29.9)).not.toContain('ST-1 6 A for 45 s');
  expect(shows(bench, againMs, 29.9, 29.9)).toEqual(['ST-1 6 A for 45 s']);
});

test.each<readonly [what: string, spoil: (bench: Bench, untilMs: number) => void]>([
  ['that does not come down to it', (bench) => void shows(bench, bench.nowMs + 20 * S, 8, 8)],
  ['that says it offers more', (bench) => void shows(bench, bench.nowMs + 20 * S, 6, 8)],
  ['of which no sample was taken while it lasted', () => undefined],
  ['that is sampled only before it had its time to obey', (bench) => void shows(bench, bench.nowMs + 4 * S, 6, 6)],
  [
    'that goes up again before the end',
    (bench, untilMs) => {
      shows(bench, bench.nowMs + 20 * S, 6, 6);
      shows(bench, untilMs - RULES.leaseMarginMs - 1, 8, 8);
    },
  ],
  [
    'that restarts',
    (bench) => {
      shows(bench, bench.nowMs + 20 * S, 6, 6);
      bench.boot(1, 0, undefined, UNKNOWN);
      acceptAll(bench);
    },
  ],
  [
    'that connects anew',
    (bench) => {
      shows(bench, bench.nowMs + 20 * S, 6, 6);
      bench.connect(1);
    },
  ],
  [
    'that is told less meanwhile',
    (bench) => {
      shows(bench, bench.nowMs + 20 * S, 6, 6);
      bench.decide({ 1: 0 });
      acceptAll(bench);
    },
  ],
])('SI28: an EVSE %s shows nothing', (_, spoil) => {
  const bench = site();
  const untilMs = begin(bench);
  spoil(bench, untilMs);
  for (let s = 1; s < 60; s += 1) {
    bench.nowMs = Math.max(bench.nowMs, untilMs + RULES.leaseMarginMs + s * S);
    bench.measure(1, 8, 8);
    acceptAll(bench);
  }
  expect(bench.records.filter(({ kind }) => kind === 'lease-end-seen')).toEqual([]);
});

test('SI28: a sample in the margin of a clock says nothing of the end', () => {
  const bench = site();
  const untilMs = begin(bench);
  shows(bench, bench.nowMs + 20 * S, 6, 6);
  expect(shows(bench, untilMs + RULES.leaseMarginMs, 8, 8)).toEqual([]);
  expect(shows(bench, untilMs + RULES.leaseMarginMs + 1, 8, 8)).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28: a sample of the next car, whose start is not read yet, says nothing of the end', () => {
  const bench = site();
  const untilMs = begin(bench);
  shows(bench, bench.nowMs + 20 * S, 6, 6);
  bench.nowMs = untilMs + RULES.leaseMarginMs + 1;
  bench.measurePhases(1, { l1: 8, l2: 8, l3: 8 }, { offered: 8, transactionId: transactionOf(1, 2) });
  expect(bench.site.leaseEnds.size).toBe(0);
});

test('SI28: one of a model is enough, and one at a time is watched; another firmware is another model', () => {
  const bench = site({ stations: 3 }, [UNKNOWN, UNKNOWN, { ...UNKNOWN, firmware: '1.3' }]);
  for (const number of [1, 2, 3]) bench.measure(number, FALLBACK_A, FALLBACK_A);
  bench.decide({ 1: 12, 2: 12, 3: 12 });
  const first = acceptAll(bench);
  expect(said(bench, first).filter((text) => text.includes(' 6 A'))).toEqual([
    'ST-1 6 A for 45 s',
    'ST-3 6 A for 45 s',
  ]);
  const { untilMs = 0 } = first[0]?.intent ?? {};
  shows(bench, bench.nowMs + 20 * S, 6, 6);
  shows(bench, untilMs + RULES.leaseMarginMs + 1, 8, 8);
  bench.after(LEASE_MS + 60 * S);
  bench.pass();
  // Whose leases end counts with what it comes back to; the third has not shown it.
  bench.disconnect(3);
  expect(bench.shard.sites.values().next().value?.leaseEnds.size).toBe(1);
  bench.decide({ 1: 12, 2: 12, 3: 12 });
  bench.measure(2, FALLBACK_A, FALLBACK_A);
  expect(said(bench, acceptAll(bench)).filter((text) => text.includes(' 6 A'))).toEqual([]);
});

test('SI28: the next owner knows what was seen, by the journal and by a snapshot', () => {
  const bench = site();
  const untilMs = begin(bench);
  shows(bench, bench.nowMs + 20 * S, 6, 6);
  shows(bench, untilMs + RULES.leaseMarginMs + 1, 8, 8);
  const heir = new Bench({ watchesLeases: true, stations: 1 }, 2);
  // It stands before its own mark.
  heir.shard.openedEpoch = 1;
  for (const record of bench.records) heir.take(record);
  expect([...heir.site.leaseEnds.values()]).toEqual([UNKNOWN]);
});

test('SI28: a car that takes less than its permanent limit, and a fallback of nothing, can show nothing, and are left alone', () => {
  const low = site();
  low.measure(1, 7, 8);
  low.decide({ 1: 32 });
  expect(said(low, acceptAll(low))).toEqual(['ST-1 29.9 A for 119 s']);
  const none = site({ fallbackA: 0 });
  none.measure(1, 0, 0);
  none.decide({ 1: 32 });
  expect(said(none, acceptAll(none))).toEqual(['ST-1 29.9 A for 119 s']);
});

test('SI28: where the permanent limit is no more than a car needs, it is paused, and watched to go on', () => {
  const bench = site({ fallbackA: 6 });
  bench.measure(1, 6, 6);
  bench.decide({ 1: 32 });
  expect(said(bench, acceptAll(bench))).toEqual(['ST-1 0 A for 45 s']);
  const { untilMs = 0 } = bench.sent.at(-1)?.intent ?? {};
  shows(bench, bench.nowMs + 20 * S, 0, 0);
  // What its station offers is its word; that its car draws shows it.
  expect(shows(bench, untilMs + RULES.leaseMarginMs + 1, 0, 6)).toEqual([]);
  expect(shows(bench, untilMs + RULES.leaseMarginMs + 10 * S, 6, 6)).toEqual(['ST-1 32 A for 119 s']);
});

test('SI28, H79: one that goes on after its pause, and shows nothing of it for a while, is told its limit once more', () => {
  const bench = site({ fallbackA: 6 });
  bench.measure(1, 6, 6);
  bench.decide({ 1: 32 });
  acceptAll(bench);
  const { untilMs = 0 } = bench.sent.at(-1)?.intent ?? {};
  const seen = { ...bench.of(1), evse: 1, transactionId: transactionOf(1), kind: 'charging-seen' } as const;
  bench.after(5 * S);
  bench.take({ ...seen, isCharging: false, isSuspended: true, atMs: bench.nowMs });
  shows(bench, bench.nowMs + 15 * S, 0, 0);
  bench.nowMs = untilMs;
  bench.take({ ...seen, isCharging: true, atMs: bench.nowMs });
  bench.readMeter(12);
  bench.after(WATCHED_GOES_ON_MS - 1);
  expect(acceptAll(bench)).toEqual([]);
  bench.after(1);
  expect(acceptAll(bench).map(({ intent }) => `${intent.purpose} ${intent.limit / 10}`)).toEqual(['fallback 6']);
  expect(bench.site.controls.values().next().value?.proof?.watched).toBeUndefined();
});

test('SI28: nothing is told meanwhile that would hide its end; what takes away still is', () => {
  const bench = site();
  const untilMs = begin(bench);
  for (; bench.nowMs < untilMs + RULES.leaseMarginMs; bench.after(5 * S)) {
    bench.decide({ 1: 32 });
    bench.measure(1, bench.nowMs < untilMs ? 6 : 8, bench.nowMs < untilMs ? 6 : 8);
    expect(acceptAll(bench)).toEqual([]);
  }
  expect(WATCHED_MS).toBeLessThan(LEASE_MS);
});
