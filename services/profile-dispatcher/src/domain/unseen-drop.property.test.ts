import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs, epochMs, transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import { UNKNOWN_CLOCK } from './clock-skew.ts';
import { committedOf, membersOf } from './committed-set.ts';
import { type Falling, limitAt } from './later-limit.ts';
import { intendLease, type LimitSet, UNKNOWN_SET } from './limit-set.ts';
import { resolveLease, takeSample } from './resolve-limit.ts';

const TX = transactionId('T');
const COUNTING = {
  fallback: deciAmps(0),
  maxCurrent: deciAmps(320),
  leaseMarginMs: 0,
  clock: UNKNOWN_CLOCK,
  isDistrusted: false,
};

interface Told extends Falling {
  readonly untilMs: EpochMs;
}

const lease = fc.record({
  amps: fc.constantFrom(6, 10, 16, 20, 32),
  laterAmps: fc.constantFrom(undefined, 0, 6, 10, 16),
  laterMs: fc.constantFrom(20_000, 30_000, 40_000, 50_000),
  lastsMs: fc.constantFrom(40_000, 60_000, 61_000, 80_000),
});
/**
 * What happens after a lease is told: whether its answer is heard, whether its station comes to obey it or only says so, and whether a sample
 * shows what it offers by then.
 */
const step = fc.record({
  lease,
  obeys: fc.boolean(),
  answered: fc.constantFrom(true, true, true, false),
  waitMs: fc.constantFrom(1_000, 6_000, 12_000),
  sampleAfter: fc.constantFrom(true, true, false),
});

test('SI4: whatever an EVSE was told and obeys still counts at every instant to come', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 6 }), (steps) => {
      let nowMs = 1_000_000;
      let set: LimitSet = { ...UNKNOWN_SET, proven: true };
      let obeyed: Told | undefined;
      steps.forEach(({ lease: { amps, laterAmps, laterMs, lastsMs }, obeys, answered, waitMs, sampleAfter }, order) => {
        const limit = deciAmps(amps * 10);
        const later =
          laterAmps === undefined || laterAmps >= amps
            ? {}
            : {
                later: {
                  fromMs: epochMs(1_000_000 + laterMs + (nowMs > 1_000_000 + laterMs ? 60_000 : 0)),
                  limit: deciAmps(laterAmps * 10),
                },
              };
        const told: Told = { limit, ...later, untilMs: epochMs(nowMs + lastsMs) };
        const of = { order: { epoch: 1, seq: order }, generation: 1, commandId: `C${order}`, transactionId: TX };
        set = intendLease(set, { ...told, ...of, answerDueMs: undefined });
        if (answered) set = resolveLease(set, { commandId: `C${order}`, outcome: 'accepted', atMs: epochMs(nowMs) });
        if (obeys) obeyed = told;
        nowMs += waitMs;
        if (sampleAfter) {
          const draw = offeredAt(obeyed, nowMs);
          set = takeSample(set, { draw, offered: draw, transactionId: TX, sampledAtMs: epochMs(nowMs) });
        }
      });
      for (let t = nowMs; t < nowMs + 150_000; t += 1_000) {
        const counts = committedOf(membersOf({ ...set, sample: undefined }, { ...COUNTING, leaseNowMs: epochMs(t) }));
        if (counts < offeredAt(obeyed, t)) expect([t, counts]).toEqual([t, offeredAt(obeyed, t)]);
      }
    }),
    { numRuns: 2_000 },
  );
});

function offeredAt(told: Told | undefined, atMs: number) {
  return told === undefined || atMs >= told.untilMs ? deciAmps(0) : limitAt(told, epochMs(atMs));
}

test('SI4: a sample that shows no more than the newest limit says nothing of the drop of it, where an older lease as low may be what it shows', () => {
  const drops = { limit: deciAmps(200), later: { fromMs: epochMs(30_000), limit: deciAmps(60) } };
  const told: readonly Falling[] = [{ limit: deciAmps(200) }, { limit: deciAmps(320) }, drops];
  const set = told.reduce<LimitSet>(
    (before, each, seq) => {
      const of = { order: { epoch: 1, seq }, generation: 1, commandId: `C${seq}`, transactionId: TX };
      const sent = intendLease(before, { ...each, ...of, untilMs: epochMs(60_000 + seq), answerDueMs: undefined });
      return resolveLease(sent, { commandId: `C${seq}`, outcome: 'accepted', atMs: epochMs(1_000 * seq) });
    },
    { ...UNKNOWN_SET, proven: true },
  );
  const seen = (before: LimitSet, amps: number, atMs: number): LimitSet =>
    takeSample(before, {
      ...{ draw: deciAmps(amps * 10), offered: deciAmps(amps * 10) },
      ...{ transactionId: TX, sampledAtMs: epochMs(atMs) },
    });
  const countedAt = (known: LimitSet, atMs: number): number =>
    committedOf(membersOf({ ...known, sample: undefined }, { ...COUNTING, leaseNowMs: epochMs(atMs) })) / 10;
  const first = seen(set, 20, 10_000);
  // It may be the first of the three; the second it is not.
  expect([countedAt(set, 10_000), countedAt(first, 10_000), countedAt(first, 40_000)]).toEqual([32, 20, 20]);
  expect(countedAt(seen(first, 6, 40_000), 40_000)).toBe(6);
});
