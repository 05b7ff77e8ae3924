import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { Bench, told } from '../testing/bench.ts';
import { evseNumber } from '../testing/bench-site.ts';
import {
  afterRaise,
  mayBeRaised,
  paceAfter,
  RAISE_EVERY_MS,
  type Raised,
  RAISES_AT_ONCE,
  SMALL_RAISE_AFTER_MS,
} from './pace.ts';

const EVSE = { minCurrent: deciAmps(60), maxCurrent: deciAmps(320) };
const S = 1_000;
const raisedAt = (atS: readonly number[]): Raised | undefined =>
  atS.reduce<Raised | undefined>((raised, s) => afterRaise(raised, s * S, `at ${s}`), undefined);
/** By whole deci-amperes, of an EVSE that was raised at these seconds. */
const mayRise = (raisedS: readonly number[], nowS: number, from = 60, limit = 320): boolean =>
  mayBeRaised(raisedAt(raisedS), {
    ...{ from: deciAmps(from), limit: deciAmps(limit), evse: EVSE, minRaiseGapMs: 0, nowMs: nowS * S },
  });

test('OD9: three raises at once, then one every ten seconds', () => {
  expect(mayRise([100, 101], 102)).toBe(true);
  expect(mayRise([100, 101, 102], 109)).toBe(false);
  expect(mayRise([100, 101, 102], 110)).toBe(true);
  expect(mayRise([100, 101, 102, 110], 119)).toBe(false);
  expect(mayRise([100, 101, 102, 110], 120)).toBe(true);
});

test('OD9, OD6: one that never left is given back, and no other', () => {
  const raised = raisedAt([100, 101, 102]);
  const raise = { from: deciAmps(60), limit: deciAmps(320), evse: EVSE, minRaiseGapMs: 0, nowMs: 103 * S };
  expect(mayBeRaised(raised, raise)).toBe(false);
  const after = (commandId: string, outcome: Parameters<typeof paceAfter>[1]['outcome']) =>
    paceAfter(raised, { commandId, outcome });
  expect(after('at 102', 'never-written')).toEqual({ lastMs: 101 * S, fullAtMs: 120 * S });
  expect(mayBeRaised(after('at 102', 'never-written'), raise)).toBe(true);
  expect(paceAfter(raisedAt([100]), { commandId: 'at 100', outcome: 'never-written' })).toBeUndefined();
  for (const outcome of ['accepted', 'rejected', 'unanswered'] as const) expect(after('at 102', outcome)).toBe(raised);
  expect(after('at 101', 'never-written')).toBe(raised);
});

/** Told to a station that is not there, a second apart, until `count` commands were lost so. */
function tellNobody(bench: Bench, count: number): void {
  for (let lost = 0; lost < count; bench.after(S)) {
    bench.decide({ 1: 20 });
    for (const command of bench.pass()) bench.answer(command, 'never-written');
    lost = bench.sent.length;
  }
}

test('OD9: a station that was not there is raised as soon as it is back, however often that was tried', () => {
  const bench = Bench.charging({ stations: 1 });
  tellNobody(bench, bench.sent.length + 6);
  bench.connect(1);
  bench.decide({ 1: 20 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
});

test('H88: a model that wants to be raised less often is', () => {
  const raise = { from: deciAmps(60), limit: deciAmps(320), evse: EVSE, minRaiseGapMs: 60 * S };
  expect(mayBeRaised(raisedAt([100]), { ...raise, nowMs: 159 * S })).toBe(false);
  expect(mayBeRaised(raisedAt([100]), { ...raise, nowMs: 160 * S })).toBe(true);
});

test('OD6: a raise by less than 1 A waits for a minute, but not to begin, nor to have the whole', () => {
  expect(mayRise([100], 159, 150, 159)).toBe(false);
  expect(mayRise([100], 160, 150, 159)).toBe(true);
  expect(mayRise([100], 101, 150, 160)).toBe(true);
  expect(mayRise([100], 101, 55, 60)).toBe(true);
  expect(mayRise([100], 101, 315, 320)).toBe(true);
});

const WIGGLES = 1_000;
/** Answers and obeys at once. Returns what left. */
function decideAndPass(bench: Bench, amps: number): readonly string[] {
  bench.decide({ 1: amps });
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  bench.after(100);
  bench.measure(1, Math.min(amps, 6), amps);
  return told(commands);
}

test('OD6, OD9, OD10: a thousand wiggles of demand lead to a bounded number of messages, and the last one is what stands', () => {
  const bench = Bench.charging({ stations: 1 });
  const sent: string[] = [];
  for (let n = 0; n < WIGGLES; n += 1) {
    sent.push(...decideAndPass(bench, n % 2 === 0 ? 20 : 12));
    bench.after(900);
  }
  const raises = WIGGLES / (RAISE_EVERY_MS / S) + RAISES_AT_ONCE;
  const renewals = 2 * Math.ceil((WIGGLES * S) / 120_000) + 1;
  expect(sent.length).toBeLessThanOrEqual(2 * raises + renewals);
  expect(sent.length).toBeGreaterThan(raises);
  bench.after(RAISES_AT_ONCE * RAISE_EVERY_MS);
  decideAndPass(bench, 20);
  expect(bench.kinds(1)).toContain('acknowledged 20');
});

test('OD6: a thousand wiggles by less than 1 A lead to one message a minute at most, renewals apart', () => {
  const bench = Bench.charging({ stations: 1 });
  decideAndPass(bench, 16);
  const sent: string[] = [];
  for (let n = 0; n < WIGGLES; n += 1) {
    sent.push(...decideAndPass(bench, n % 2 === 0 ? 15.5 : 16));
    bench.after(100);
  }
  const passedMs = WIGGLES * 200;
  const renewals = Math.ceil(passedMs / 60_000) + 1;
  expect(sent.length).toBeLessThanOrEqual(2 * Math.ceil(passedMs / SMALL_RAISE_AFTER_MS) + renewals);
});

test('OD10: a limit that stands is not sent again before its renewal, however often it is decided', () => {
  const bench = Bench.charging({ stations: 1 });
  decideAndPass(bench, 16);
  bench.after(10_000);
  for (let n = 0; n < 100; n += 1) expect(decideAndPass(bench, 16)).toEqual([]);
});

test('OD9: what waits is counted, and leaves by itself when its time has come', () => {
  const bench = Bench.charging({ stations: 1 });
  for (const amps of [8, 10, 12]) expect(decideAndPass(bench, amps)).toEqual([`ST-1 lease ${amps}`]);
  expect(decideAndPass(bench, 14)).toEqual([]);
  expect([...bench.shard.waiting.values()]).toEqual([1]);
  bench.after(RAISES_AT_ONCE * RAISE_EVERY_MS);
  expect(told(bench.pass())).toEqual(['ST-1 lease 14']);
  expect([...bench.shard.waiting.values()]).toEqual([0]);
});

test('OD9: an owner that has read the log spares a station as its predecessor did', () => {
  const bench = Bench.charging({ stations: 1 });
  for (const amps of [8, 10, 12]) decideAndPass(bench, amps);
  const raised = bench.site.controls.get(evseNumber(1))?.raised;
  const heir = new Bench({ stations: 1 }, 2);
  heir.nowMs = bench.nowMs;
  for (const record of [...bench.records, ...bench.records]) heir.take(record);
  expect(heir.site.controls.get(evseNumber(1))?.raised).toEqual(raised);
  expect(raised?.fullAtMs).toBeGreaterThan(bench.nowMs);
});

test('OD9: nor does its heir count what never left', () => {
  const bench = Bench.charging({ stations: 1 });
  tellNobody(bench, bench.sent.length + 6);
  bench.pass();
  const heir = new Bench({ stations: 1 }, 2);
  // They stand before its own mark.
  heir.shard.openedEpoch = 1;
  for (const record of bench.records) heir.take(record);
  expect(bench.records.filter((record) => record.kind === 'limit-intended' && record.increase).length).toBe(6);
  expect(heir.site.controls.get(evseNumber(1))?.raised).toBeUndefined();
});

test('SI7, OD9: whatever a station was told before, a decrease leaves in the pass that learns of it', () => {
  const amps = fc.integer({ min: 0, max: 320 }).map((deci) => deci / 10);
  fc.assert(
    fc.property(
      fc.array(fc.record({ amps, afterMs: fc.integer({ min: 0, max: 40_000 }) }), { maxLength: 30 }),
      (steps) => {
        const bench = Bench.charging({ stations: 1, ratingA: 32 });
        let standing = 6;
        for (const { amps: wanted, afterMs } of steps) {
          bench.after(afterMs);
          const left = decideAndPass(bench, wanted);
          const isTold = left.includes(`ST-1 lease ${wanted}`);
          expect({ wanted, standing, isHeld: wanted < standing && !isTold }).toMatchObject({ isHeld: false });
          standing = isTold ? wanted : standing;
        }
      },
    ),
  );
});
