import { expect, test } from '@jest/globals';
import { MAX_LEASE_S } from '@headroom/site-model';
import { Bench, RULES, told } from '../testing/bench.ts';
import { evseNumber, SITE, siteModel } from '../testing/bench-site.ts';
import { AWAY_FOR_MS, departing } from './departed.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { BOOT_GRACE_MS, MAX_EVSES_OF_SITE } from './site-state.ts';

/** A new document, with fewer stations or with more. */
const configure = (bench: Bench, options: Parameters<typeof siteModel>[0]): void =>
  bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel({ ratingA: 38, ...options }) });

/** Two stations of up to 32 A on 38 A: the second has 32 A, and then no document names it any more. */
function departed(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.settleAt({ 2: 32 });
  configure(bench, { stations: 1, version: 2 });
  bench.decide({ 1: 32 });
  return bench;
}
const endOf = (bench: Bench, number: number): number =>
  bench.site.controls.get(evseNumber(number))?.set.acknowledged?.untilMs ?? 0;

test('HO-15: a station that the document no longer names counts to the end of its lease: nobody has its room before', () => {
  const bench = departed();
  expect(told(bench.pass())).toEqual([]);
  bench.after(endOf(bench, 2) + RULES.leaseMarginMs - 1 - bench.nowMs);
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual([]);
  bench.after(1);
  // Its car has come down to what is permanent; until that is seen it counts with what it drew last (SI6).
  bench.measure(2, 6, 6);
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
});

test('HO-15: while it is connected it has its permanent limit, whoever plugs in there; and for three minutes after its line was cut', () => {
  const toldWhen = (happens: (bench: Bench) => void): readonly string[] => {
    const bench = Bench.charging({ stations: 2, ratingA: 37 });
    configure(bench, { ratingA: 37, stations: 1, version: 2 });
    happens(bench);
    bench.decide({ 1: 32 });
    return told(bench.pass());
  };
  const cutFor = (bench: Bench, ms: number): void => {
    bench.disconnect(2);
    bench.after(ms);
  };
  expect(toldWhen((bench) => bench.after(10 * AWAY_FOR_MS))).toEqual(['ST-1 lease 31']);
  expect(toldWhen((bench) => cutFor(bench, AWAY_FOR_MS - 1))).toEqual(['ST-1 lease 31']);
  expect(toldWhen((bench) => cutFor(bench, AWAY_FOR_MS))).toEqual(['ST-1 lease 32']);
  // It is back, where no document names it.
  const comesBack = (bench: Bench): void => {
    cutFor(bench, 2 * AWAY_FOR_MS);
    bench.connect(2);
  };
  expect(toldWhen(comesBack)).toEqual(['ST-1 lease 31']);
});

test("HO-15: of one that is out of reach the lease ends too: that it is gone is its operator's word", () => {
  const bench = departed();
  bench.disconnect(2);
  bench.after(Math.max(AWAY_FOR_MS, endOf(bench, 2) + RULES.leaseMarginMs - bench.nowMs));
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
});

test('HO-15: a lease that nobody has answered counts as one that was; an heir that reads of it behind the documents knows it too', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.decide({ 2: 32 });
  const [sent] = bench.pass();
  if (sent === undefined) throw new Error('no command');
  configure(bench, { stations: 1, version: 2 });
  bench.decide({ 1: 20 });
  expect(told(bench.pass())).toEqual([]);

  const heir = Bench.charging({ stations: 2, ratingA: 38 });
  configure(heir, { stations: 1, version: 2 });
  heir.take({ ...sent.intent, epoch: 0 });
  heir.decide({ 1: 20 });
  expect(told(heir.pass())).toEqual([]);
});

test('HO-15: who departs is told nothing; the others are renewed as they are, and none is raised', () => {
  const bench = Bench.charging({ stations: 3, ratingA: 60 });
  bench.settleAt({ 1: 20, 2: 20, 3: 20 });
  configure(bench, { ratingA: 60, stations: 2, version: 2 });
  bench.after(70_000);
  bench.decide({ 1: 20, 2: 20 });
  expect(told(bench.pass()).toSorted()).toEqual(['ST-1 lease 20', 'ST-2 lease 20']);
  bench.decide({ 1: 30, 2: 20 });
  expect(told(bench.pass())).toEqual([]);
});

test('HO-15: one that the document names again may have been told otherwise elsewhere: it counts with its maximum, and is told its permanent limit', () => {
  const bench = departed();
  configure(bench, { stations: 2, version: 3 });
  expect(bench.site.departed.size).toBe(0);
  expect(bench.kinds(2)).toEqual(['fallback 6', 'acknowledged 32', 'hardware-maximum 32']);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  const [again] = bench.pass();
  if (again === undefined) throw new Error('nothing sent');
  expect(told([again])).toEqual(['ST-2 fallback 6']);
  bench.answer(again);
  expect(bench.kinds(2)).toEqual(['fallback 6', 'acknowledged 32', 'hardware-maximum 32']);
});

test('HO-15: a circuit that goes with it leaves it to the one above', () => {
  const feeder = Bench.charging({ stations: 2, ratingA: 38, feederA: 38 });
  feeder.settleAt({ 2: 32 });
  configure(feeder, { stations: 1, version: 2 });
  expect(feeder.site.departed.get(evseNumber(2))).toMatchObject({ circuitId: 'grid', fallback: 60 });
  feeder.decide({ 1: 32 });
  expect(told(feeder.pass())).toEqual([]);
});

/** One of whom this site has never heard, with a car that charges: it was at another site until now. */
function moved({ watchesLeases = false } = {}): Bench {
  const bench = new Bench({ stations: 1, watchesLeases, newcomers: true });
  bench.connect(1);
  bench.startTransaction(1);
  bench.after(BOOT_GRACE_MS);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  return bench;
}

test('HO-15: a station that comes from another site without a restart may obey a lease of there, however low its permanent limit is: to the longest end of leases', () => {
  const bench = moved();
  bench.after(MAX_LEASE_S * 1_000 + RULES.leaseMarginMs - 1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  bench.after(1);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('HO-15: a lease of ours takes the place of the one of there; its station has its time to obey', () => {
  const bench = moved();
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'hardware-maximum 32']);
  bench.after(OBEYS_WITHIN_MS - 1);
  expect(bench.committedA(1)).toBe(32);
  bench.after(1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10']);
});

test('HO-15: where its permanent limit is decided a lease of as much is told all the same: nothing else ends the one of there', () => {
  const bench = moved();
  bench.decide({ 1: 6 });
  const commands = bench.pass();
  expect(told(commands)).toEqual(['ST-1 lease 6']);
  for (const command of commands) bench.answer(command);
  bench.after(OBEYS_WITHIN_MS);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 6']);
  // Of one that is as it was before nobody asks that.
  const known = Bench.charging({ stations: 1 });
  known.decide({ 1: 6 });
  expect(told(known.pass())).toEqual([]);
});

test('HO-15, HO-8, SI28: where leases do not end, or nobody can say that they did, the one of there does not', () => {
  const unknown = moved({ watchesLeases: true });
  unknown.after(10 * MAX_LEASE_S * 1_000);
  expect(unknown.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  const away = moved();
  away.disconnect(1);
  away.after(10 * MAX_LEASE_S * 1_000);
  expect(away.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
});

test('HO-15, H88: one that has restarted here holds no lease of there, but it may hold a permanent limit until it surely obeys ours', () => {
  const bench = new Bench({ stations: 1, newcomers: true });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  bench.after(OBEYS_WITHIN_MS - 1);
  expect(bench.committedA(1)).toBe(32);
  bench.after(1);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('SI5: one that was told its permanent limit here before, and restarts, has it once it says so', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('HO-15, SI27: nor has anybody its room beyond an announced drop, if its lease runs on', () => {
  const untilAfterDrop = (isNamed: boolean): readonly boolean[] => {
    const bench = Bench.charging({ stations: 2, ratingA: 100 });
    if (!isNamed) bench.settleAt({ 2: 32 });
    configure(bench, { ratingA: 100, stations: isNamed ? 2 : 1, version: 2 });
    const drop = { atMs: bench.nowMs + 30_000, powerW: 3 * 38 * 230 };
    bench.decide({ 1: 32 }, 600_000, 1, { drop });
    return bench.pass().map(({ intent }) => (intent.untilMs ?? Infinity) > drop.atMs);
  };
  expect(untilAfterDrop(true)).toEqual([true]);
  expect(untilAfterDrop(false)).not.toContain(true);
});

test('as many as a site may have are remembered; beyond, those that departed first are not', () => {
  const next = siteModel({ stations: 1, version: 2 });
  const [evse] = siteModel({ stations: 2 }).evses.values();
  if (evse === undefined) throw new Error('no EVSE');
  const gone = Array.from({ length: MAX_EVSES_OF_SITE + 1 }, (_, index) => ({
    ...evse,
    evseId: evseNumber(index + 2),
  }));
  const before = new Map(gone.map((each) => [each.evseId, each]));
  const kept = departing({ model: undefined, departed: before }, next);
  expect(kept.size).toBe(MAX_EVSES_OF_SITE);
  expect(kept.has(evseNumber(2))).toBe(false);
  expect(kept.get(evseNumber(3))?.evseId).toBe(evseNumber(3));
});
