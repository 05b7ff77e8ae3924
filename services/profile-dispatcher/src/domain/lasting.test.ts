import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bench } from '../testing/bench.ts';
import { type BenchOptions, LEASE_MS } from '../testing/bench-site.ts';
import { applyComposite } from './check-composite.ts';

const [RATING_A, WORST_A, FALLBACK_A] = [80, 50, 6];
const KEEPS = { vendor: 'Headroom', model: 'Virtual AC22 keeps leases', firmware: '1' };
const FORGETS = { vendor: 'Headroom', model: 'Virtual AC22 forgets offline', firmware: '1' };
const PLAIN = { vendor: 'Headroom', model: 'Virtual AC22', firmware: '1' };

/** Stations of which the first `lasting` keep what they were leased; the building draws 12 A, may rise by 20 A in a lease, and to 50 A. */
function site({
  lasting = 1,
  second = PLAIN,
  ...options
}: BenchOptions & { readonly lasting?: number; readonly second?: typeof PLAIN }): Bench {
  const stations = options.stations ?? 1;
  const bench = new Bench({
    ratingA: RATING_A,
    worstLoadA: WORST_A,
    riseA: 20,
    fallbackA: FALLBACK_A,
    ...options,
    stations,
  });
  bench.readMeter(12);
  for (let number = 1; number <= stations; number += 1) {
    bench.boot(number);
    bench.take({
      kind: 'station-booted',
      ...bench.of(number),
      identity: number <= lasting ? KEEPS : number === 2 ? second : PLAIN,
    });
    bench.take({ kind: 'station-time-seen', ...bench.of(number), stationTimeMs: bench.nowMs });
    acceptAll(bench);
    bench.startTransaction(number);
  }
  return bench;
}

function acceptAll(bench: Bench): readonly string[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands.map(({ intent }) => `${intent.stationId} ${intent.limit / 10}`);
}

/** What is drawn on a phase once nobody has said anything for an hour, with the building at its worst. */
function atRestA(bench: Bench, lasting: number): number {
  const kept = Array.from({ length: bench.stations }, (_, at) =>
    at < lasting ? bench.committedA(at + 1) : FALLBACK_A,
  );
  return kept.reduce((sum, amps) => sum + amps, WORST_A);
}

test('SI28, dead row: a lease that does not end is no higher than what fits beside the worst that the building may come to', () => {
  const bench = site({});
  bench.decide({ 1: 32 });
  // 80 A less 50 A.
  expect(acceptAll(bench)).toEqual(['ST-1 29.9']);
  bench.after(60 * LEASE_MS);
  expect(bench.committedA(1) + WORST_A).toBeLessThanOrEqual(RATING_A);
});

test('SI28: one whose lease ends has what fits now, as ever', () => {
  const bench = site({ lasting: 0 });
  bench.decide({ 1: 32 });
  expect(acceptAll(bench)).toEqual(['ST-1 32']);
});

test('SI28: several share what is left beside all fallbacks, and keep their leases alive at that', () => {
  const bench = site({ stations: 3, lasting: 2 });
  bench.decide({ 1: 32, 2: 32, 3: 10 });
  // 80 A less 50 A and three times 6 A are 12 A for two of them.
  expect(acceptAll(bench).toSorted()).toEqual(['ST-1 11.9', 'ST-2 11.9', 'ST-3 10']);
  bench.after(LEASE_MS / 2 + 1_000);
  bench.readMeter(12);
  bench.decide({ 1: 32, 2: 32, 3: 10 });
  expect(acceptAll(bench).toSorted()).toEqual(['ST-1 11.9', 'ST-2 11.9', 'ST-3 10']);
  expect(atRestA(bench, 2)).toBeLessThanOrEqual(RATING_A);
});

test('SI28: one that turns out to be such takes nothing before the other has come down', () => {
  const bench = site({ stations: 2, lasting: 1 });
  bench.decide({ 1: 32, 2: 6 });
  // 80 A less 50 A and 6 A.
  expect(acceptAll(bench)).toContain('ST-1 23.9');
  bench.take({ kind: 'station-booted', ...bench.of(2), identity: KEEPS });
  bench.take({ kind: 'station-time-seen', ...bench.of(2), stationTimeMs: bench.nowMs });
  // Two of them share 80 A less 50 A and twice 6 A.
  expect(acceptAll(bench)).toEqual(['ST-1 14.9', 'ST-2 6']);
  expect([saidOf(bench, 1), saidOf(bench, 2)]).toEqual([14.9, 14.9]);
  bench.decide({ 1: 32, 2: 32 });
  expect(acceptAll(bench)).toEqual([]);
  // Seen to have come down.
  bench.after(6_000);
  bench.measure(1, 14, 14);
  expect(acceptAll(bench)).toEqual(['ST-2 14.9']);
});

test('SI28: two that are raised in one pass do not both get what is left for one', () => {
  const bench = site({ stations: 3, lasting: 1 });
  bench.decide({ 1: 16, 2: 6, 3: 6 });
  acceptAll(bench);
  expect(bench.committedA(1)).toBe(16);
  for (const number of [2, 3]) {
    bench.take({ kind: 'station-booted', ...bench.of(number), identity: KEEPS });
    bench.take({ kind: 'station-time-seen', ...bench.of(number), stationTimeMs: bench.nowMs });
  }
  acceptAll(bench);
  bench.after(6_000);
  bench.readMeter(12);
  acceptAll(bench);
  bench.decide({ 1: 32, 2: 32, 3: 32 });
  // Each may have 9.9 A once all have come down to it; 80 A less 50 A, 16 A and twice 6 A are 2 A.
  expect(acceptAll(bench)).toEqual(['ST-2 8']);
  expect(atRestA(bench, 3)).toBe(RATING_A);
});

test('SI28: everybody is told of it anew when another one turns out to be such, also where nothing is sent to it', () => {
  const bench = site({ stations: 2, lasting: 1 });
  bench.decide({ 1: 10, 2: 6 });
  acceptAll(bench);
  expect(acceptAll(bench)).toEqual([]);
  expect([saidOf(bench, 1), saidOf(bench, 2)]).toEqual([23.9, undefined]);
  bench.take({ kind: 'station-booted', ...bench.of(2), identity: KEEPS });
  expect(acceptAll(bench)).toEqual(['ST-2 6']);
  expect([saidOf(bench, 1), saidOf(bench, 2)]).toEqual([14.9, 14.9]);
});

test('SI28, SI27: what is announced to one whose leases do not end is no more than that either, also while its maximum counts', () => {
  const bench = site({});
  bench.take({ kind: 'station-booted', ...bench.of(1), identity: KEEPS });
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
  const fromMs = bench.nowMs + 40_000;
  bench.decide({ 1: 32 }, 600_000, 1, { later: { fromMs, targetsA: { 1: 31 } } });
  for (let passes = 0; passes < 10; passes += 1) {
    bench.pass();
    bench.after(15_000);
    bench.readMeter(12);
  }
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
  const leased = bench.sent.flatMap(({ intent }) => (intent.purpose === 'lease' ? intent.limit / 10 : []));
  expect(leased.length).toBeGreaterThan(0);
  expect(Math.max(...leased) + WORST_A).toBeLessThanOrEqual(RATING_A);
});

test('SI28: what is leased to one whose lease ends takes nothing of what is left at rest', () => {
  const bench = site({ stations: 2, lasting: 1 });
  bench.decide({ 1: 8, 2: 6 });
  acceptAll(bench);
  bench.after(12_000);
  bench.readMeter(12);
  bench.decide({ 1: 32, 2: 20 });
  // Who has least comes first.
  expect(acceptAll(bench)).toEqual(['ST-2 20', 'ST-1 23.9']);
});

test('SI28, SI27: what is announced is no more than its part either: once it has begun the lease is renewed at that', () => {
  const bench = site({});
  bench.decide({ 1: 32 }, 600_000, 1, { later: { fromMs: bench.nowMs + 20_000, targetsA: { 1: 31 } } });
  expect(acceptAll(bench)).toEqual(['ST-1 29.9']);
  bench.after(LEASE_MS / 2 + 5_000);
  bench.readMeter(12);
  expect(acceptAll(bench)).toEqual(['ST-1 29.9']);
});

/** The first keeps its leases. */
const three = (second = PLAIN): Bench => site({ stations: 3, lasting: 1, ratingA: 110, second });

/** By what the second says of its limits it may let more flow than it was told, or does not. */
const found = (bench: Bench, findings: readonly 'more'[]): void => {
  const { siteId, stationId, atMs } = bench.of(2);
  applyComposite(bench.site, { kind: 'composite-checked', siteId, stationId, atMs, evse: 1, findings, says: '' });
};

test('SI28: beside one that counts with its maximum whatever it is told, everybody is told of no more than that leaves', () => {
  const bench = three(FORGETS);
  // 110 A less 50 A, 32 A and twice 6 A.
  expect(saidOf(bench, 1)).toBe(21.9);
  bench.decide({ 1: 32, 3: 6 });
  expect(acceptAll(bench)).toEqual(['ST-1 21.9']);
  expect(bench.committedA(1) + 32 + FALLBACK_A + WORST_A).toBeLessThanOrEqual(110);
});

test('SI28: one that comes to count with its maximum takes the room at rest: who keeps his leases comes down, and up again once it obeys', () => {
  const bench = three();
  bench.decide({ 1: 32, 2: 6, 3: 6 });
  expect([acceptAll(bench), saidOf(bench, 1)]).toEqual([['ST-1 32'], 32]);
  found(bench, ['more']);
  expect([acceptAll(bench), saidOf(bench, 1)]).toEqual([['ST-1 21.9', 'ST-2 6'], 21.9]);
  found(bench, []);
  expect([acceptAll(bench), saidOf(bench, 1)]).toEqual([['ST-1 32'], 32]);
});

test('SI28: a boot moves nobody, and one that has not taken its permanent limit for half a minute counts with its maximum', () => {
  const bench = three();
  expect(saidOf(bench, 1)).toBe(32);
  bench.take({ kind: 'station-booted', ...bench.of(2), identity: PLAIN });
  for (const waitedS of [0, 20]) {
    bench.after(waitedS * 1_000);
    bench.pass();
    expect(saidOf(bench, 1)).toBe(32);
  }
  bench.after(10_000);
  bench.pass();
  expect([bench.kinds(2).includes('hardware-maximum 32'), saidOf(bench, 1)]).toEqual([true, 21.9]);
});

/** What everybody is told of the most that it may be leased, A; undefined: nothing. */
function saidOf(bench: Bench, number: number): number | undefined {
  const { stationId } = bench.of(number);
  const said = bench.records.findLast((fact) => fact.kind === 'committed-changed' && fact.stationId === stationId);
  return said?.kind === 'committed-changed' && said.leaseAtMost !== undefined ? said.leaseAtMost / 10 : undefined;
}

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[] }
  | { readonly kind: 'pass'; readonly isHeard: boolean }
  | { readonly kind: 'measure' | 'disconnect' | 'connect' | 'restart'; readonly number: number }
  | { readonly kind: 'wait'; readonly ms: number };

const STATIONS = 3;
const number = fc.integer({ min: 1, max: STATIONS });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('decide' as const),
    targetsA: fc.array(fc.constantFrom(0, 6, 10, 16, 32), { minLength: STATIONS, maxLength: STATIONS }),
  }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), isHeard: fc.boolean() }) },
  fc.record({
    kind: fc.constantFrom('measure' as const, 'disconnect' as const, 'connect' as const, 'restart' as const),
    number,
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 12_000, 70_000) }),
);

function take(bench: Bench, round: number, each: Step): void {
  switch (each.kind) {
    case 'decide':
      return bench.decide(Object.fromEntries(each.targetsA.map((amps, at) => [at + 1, amps])));
    case 'pass':
      for (const command of bench.pass()) if (each.isHeard) bench.answer(command);
      return;
    case 'measure':
      return bench.measure(each.number, 6, 6);
    case 'disconnect':
      return bench.disconnect(each.number);
    case 'connect':
      return bench.connect(each.number);
    case 'restart':
      return bench.startTransaction(each.number, round);
    case 'wait':
      bench.after(each.ms);
      return bench.readMeter(12);
  }
}

test('SI28, dead row: whatever is lost, answered or away, what two stations keep for ever fits beside the worst of the building', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const bench = site({ stations: STATIONS, lasting: 2 });
      steps.forEach((each, at) => {
        take(bench, at + 2, each);
        expect(atRestA(bench, 2)).toBeLessThanOrEqual(RATING_A);
      });
    }),
    { numRuns: 200 },
  );
});
