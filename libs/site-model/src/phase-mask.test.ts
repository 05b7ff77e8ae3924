import { expect, test } from '@jest/globals';
import {
  deciAmps,
  epochMs,
  evseId,
  circuitId,
  type GridPhase,
  type PerPhase,
  stationId,
  type TransactionId,
  transactionId,
  watts,
} from '@headroom/kernel';
import fc from 'fast-check';
import type { EvseModel } from './model.ts';
import {
  CARRIES_FROM_DECI_A,
  learnPhases,
  MASK_TRUST_MS,
  type PhaseEvidence,
  phasesInUse,
  type PhaseSample,
  PROOF_APART_MS,
  PROOF_SPAN_MS,
  SHOWS_ABOVE_DECI_A,
} from './phase-mask.ts';

const T0 = 1_000_000;
const TX = transactionId('tx-1');
const wiredTo = (...phases: readonly GridPhase[]): EvseModel => ({
  evseId: evseId(stationId('ST-1'), 1),
  stationId: stationId('ST-1'),
  evse: 1,
  circuitId: circuitId('grid'),
  name: '',
  phases,
  maxCurrent: deciAmps(320),
  minCurrent: deciAmps(60),
  fallback: deciAmps(60),
});
/** Socket L1 hangs on grid L2. */
const TURNED = wiredTo('l2', 'l3', 'l1');

type Amounts = Partial<PerPhase<number>>;
const ONE: Amounts = { l1: 160, l2: 0, l3: 0 };
const THREE: Amounts = { l1: 160, l2: 160, l3: 160 };

interface Changes {
  readonly transactionId?: TransactionId | undefined;
  readonly isGood?: boolean;
  readonly powerW?: number;
}
const sample = (current: Amounts, afterMs: number, change: Changes = {}): PhaseSample => ({
  transactionId: 'transactionId' in change ? change.transactionId : TX,
  current: Object.fromEntries(Object.entries(current).map(([phase, value]) => [phase, deciAmps(value)])),
  power: change.powerW === undefined ? undefined : watts(change.powerW),
  isGood: change.isGood ?? true,
  sampledAtMs: epochMs(T0 + afterMs),
});
const learned = (samples: readonly PhaseSample[], sinceMs = 0): PhaseEvidence | undefined =>
  samples.reduce<PhaseEvidence | undefined>((before, next) => learnPhases(before, next, sinceMs), undefined);
const inUse = (
  evidence: PhaseEvidence | undefined,
  question: { readonly evse?: EvseModel; readonly tx?: TransactionId | undefined; readonly afterMs?: number } = {},
): readonly GridPhase[] =>
  phasesInUse(question.evse ?? TURNED, evidence, {
    transactionId: 'tx' in question ? question.tx : TX,
    sinceMs: 0,
    nowMs: T0 + (question.afterMs ?? PROOF_SPAN_MS),
    nominalVoltageV: 230,
  });
const after = (...samples: readonly PhaseSample[]): readonly GridPhase[] => inUse(learned(samples));
const ALL: readonly GridPhase[] = ['l2', 'l3', 'l1'];

test('MD5, H84 all wired phases count until two samples 20 s apart show one; then the grid phase behind socket L1', () => {
  expect(inUse(undefined)).toEqual(ALL);
  expect(after(sample(ONE, 0))).toEqual(ALL);
  expect(after(sample(ONE, 0), sample(ONE, PROOF_SPAN_MS - 1))).toEqual(ALL);
  expect(after(sample(ONE, 0), sample(ONE, PROOF_SPAN_MS))).toEqual(['l2']);
  expect(after(...[0, 10_000, 20_000].map((ms) => sample(ONE, ms)))).toEqual(['l2']);
});

test('MD5 one sample proves nothing, however often it comes, and none counts twice within a second', () => {
  expect(after(...[0, 0, 0].map((ms) => sample(ONE, ms)))).toEqual(ALL);
  expect(after(...Array.from({ length: 40 }, () => sample(ONE, PROOF_SPAN_MS)))).toEqual(ALL);
  const hurried = Array.from({ length: 30 }, (_, i) => sample(ONE, i * (PROOF_APART_MS - 1)));
  // Every second one is far enough behind the one that counted last.
  expect(inUse(learned(hurried.slice(0, 20)))).toEqual(ALL);
  expect(inUse(learned(hurried))).toEqual(['l2']);
});

test('H41 a phase that was not reported is not silent: it proves nothing, however long it is not reported', () => {
  const only = Array.from({ length: 60 }, (_, i) => sample({ l1: 160 }, i * 10_000));
  expect(inUse(learned(only), { afterMs: 590_000 })).toEqual(ALL);
  const half = Array.from({ length: 60 }, (_, i) => sample({ l1: 160, l2: 0 }, i * 10_000));
  expect(inUse(learned(half), { afterMs: 590_000 })).toEqual(ALL);
  // Nor do two samples of which each reports another part.
  expect(after(sample({ l1: 160, l2: 0 }, 0), sample({ l1: 160, l3: 0 }, PROOF_SPAN_MS))).toEqual(ALL);
});

test('H41 zeros on L2 and L3 beside the power of three phases are placeholders, and prove nothing', () => {
  const seen = (powerW: number) => after(...[0, 20_000].map((ms) => sample(ONE, ms, { powerW })));
  // 16 A on one phase: 3.7 kW at 230 V, 4.0 kW at 253 V.
  expect(seen(3_680)).toEqual(['l2']);
  expect(seen(4_048)).toEqual(['l2']);
  expect(seen(7_360)).toEqual(ALL);
  expect(seen(11_040)).toEqual(ALL);
});

test.each<readonly [string, Amounts, Amounts, readonly GridPhase[]]>([
  ['the silent ones carry less than 0.5 A', { l1: 160, l2: CARRIES_FROM_DECI_A - 1, l3: 0 }, ONE, ['l2']],
  ['one of them carries 0.5 A', { l1: 160, l2: 0, l3: CARRIES_FROM_DECI_A }, ONE, ALL],
  ['the current is 3 A, no more', { l1: SHOWS_ABOVE_DECI_A, l2: 0, l3: 0 }, ONE, ALL],
  ['the current is above 3 A', { l1: SHOWS_ABOVE_DECI_A + 1, l2: 0, l3: 0 }, ONE, ['l2']],
  ['two conductors are used', { l1: 160, l2: 158, l3: 0 }, { l1: 160, l2: 158, l3: 0 }, ['l2', 'l3']],
  ['the second one joins in the second sample', ONE, { l1: 160, l2: 5, l3: 0 }, ALL],
  ['current flows back', { l1: 160, l2: 0, l3: -20 }, ONE, ALL],
  ['nothing flows', { l1: 0, l2: 0, l3: 0 }, { l1: 0, l2: 0, l3: 0 }, ALL],
])('MD5 of two samples 20 s apart, where %s', (_title, first, second, expected) => {
  expect(after(sample(first, 0), sample(second, PROOF_SPAN_MS))).toEqual(expected);
});

test.each<readonly [string, PhaseSample]>([
  ['one below 3 A', sample({ l1: 20, l2: 0, l3: 0 }, 10_000)],
  ['one of which a part was worked out', sample(ONE, 10_000, { isGood: false })],
  ['one that lacks a phase', sample({ l1: 160, l2: 0 }, 10_000)],
])('MD5 the samples must come in a row: %s between them starts the proof over', (_title, between) => {
  const run = [sample(ONE, 0), between, sample(ONE, 20_000)];
  expect(after(...run)).toEqual(ALL);
  expect(inUse(learned([...run, sample(ONE, 40_000)]), { afterMs: 40_000 })).toEqual(['l2']);
});

test('a message without any current stands between samples like silence', () => {
  expect(after(sample(ONE, 0), sample({}, 10_000), sample(ONE, 20_000))).toEqual(['l2']);
});

const NARROW = [sample(ONE, 0), sample(ONE, 20_000)];

test.each<readonly [string, PhaseSample]>([
  ['a good one', sample(THREE, 25_000)],
  ['one that was worked out', sample(THREE, 25_000, { isGood: false })],
  ['one outside a transaction', sample(THREE, 25_000, { transactionId: undefined })],
  ['one that comes late, from among those that proved', sample(THREE, 10_000)],
  ['one with 0.5 A on one more phase', sample({ l1: 160, l2: 0, l3: CARRIES_FROM_DECI_A }, 25_000)],
  ['one that reports that phase only', sample({ l3: 60 }, 25_000)],
])('MD5 any sample with current elsewhere widens at once to all wired phases: %s', (_title, woken) => {
  expect(after(...NARROW)).toEqual(['l2']);
  expect(inUse(learned([...NARROW, woken]), { afterMs: 25_000 })).toEqual(ALL);
});

test('a phase that carried current once counts for the rest of the transaction: who switched once may switch again', () => {
  const back = Array.from({ length: 20 }, (_, i) => sample(ONE, 30_000 + i * 10_000));
  expect(inUse(learned([...NARROW, sample(THREE, 25_000), ...back]), { afterMs: 220_000 })).toEqual(ALL);
  const two = learned([...NARROW, sample({ l1: 160, l2: 20, l3: 0 }, 25_000), ...back]);
  expect(inUse(two, { afterMs: 220_000 })).toEqual(['l2', 'l3']);
});

test('a car that pauses keeps its mask, for what was proven does not end with the current', () => {
  const pausing = Array.from({ length: 30 }, (_, i) => sample({ l1: 0, l2: 0, l3: 0 }, 30_000 + i * 10_000));
  expect(inUse(learned([...NARROW, ...pausing]), { afterMs: 320_000 })).toEqual(['l2']);
});

test('MD5 nothing is known in another transaction, or in none', () => {
  const evidence = learned(NARROW);
  expect(inUse(evidence, { tx: transactionId('tx-2') })).toEqual(ALL);
  expect(inUse(evidence, { tx: undefined })).toEqual(ALL);
  const next = learned([...NARROW, sample(ONE, 25_000, { transactionId: transactionId('tx-2') })]);
  expect(inUse(next, { tx: transactionId('tx-2'), afterMs: 25_000 })).toEqual(ALL);
  expect(inUse(next, { tx: TX, afterMs: 25_000 })).toEqual(ALL);
  // One sample of each does not make two of one.
  expect(after(sample(ONE, 0, { transactionId: transactionId('tx-0') }), sample(ONE, 20_000))).toEqual(ALL);
  expect(after(...NARROW.map((each) => ({ ...each, transactionId: undefined })))).toEqual(ALL);
});

test('MD5 a boot or a new connection ends what was proven before it, in whatever order it is read', () => {
  const bootAtMs = T0 + 22_000;
  const asked = (evidence: PhaseEvidence | undefined, afterMs: number) =>
    phasesInUse(TURNED, evidence, { transactionId: TX, sinceMs: bootAtMs, nowMs: T0 + afterMs, nominalVoltageV: 230 });
  // Read after the samples.
  expect(asked(learned(NARROW), 25_000)).toEqual(ALL);
  // Read before them: those from before it prove nothing, the first of the next proof is the first one after it.
  expect(asked(learned(NARROW, bootAtMs), 25_000)).toEqual(ALL);
  const later = [sample(ONE, 25_000), sample(ONE, 35_000), sample(ONE, 45_000)];
  expect(asked(learned([...NARROW, ...later.slice(0, 2)], bootAtMs), 45_000)).toEqual(ALL);
  expect(asked(learned([...NARROW, ...later], bootAtMs), 45_000)).toEqual(['l2']);
  // Read between: the evidence that began before it is replaced, not prolonged.
  const across = later.reduce<PhaseEvidence | undefined>(
    (before, next) => learnPhases(before, next, bootAtMs),
    learned(NARROW),
  );
  expect(across?.provenFromMs).toBe(T0 + 25_000);
  expect(asked(across, 45_000)).toEqual(['l2']);
});

test('a phase that carried current before a boot counts after it as well, while the transaction lasts', () => {
  const bootAtMs = T0 + 5_000;
  const later = [sample(ONE, 10_000), sample(ONE, 20_000), sample(ONE, 30_000), sample(ONE, 40_000)];
  for (const history of [
    [sample(THREE, 0), ...later],
    [...later, sample(THREE, 0)],
  ]) {
    const mask = phasesInUse(TURNED, learned(history, bootAtMs), {
      ...{ transactionId: TX, sinceMs: bootAtMs, nowMs: T0 + 40_000, nominalVoltageV: 230 },
    });
    expect(mask).toEqual(ALL);
  }
});

test('knowledge is a lease too: two minutes without a sample that bears it out, and all wired phases count', () => {
  const evidence = learned(NARROW);
  expect(inUse(evidence, { afterMs: 20_000 + MASK_TRUST_MS })).toEqual(['l2']);
  expect(inUse(evidence, { afterMs: 20_000 + MASK_TRUST_MS + 1 })).toEqual(ALL);
  // A clock that was set back: nobody knows how old the sample is.
  expect(inUse(evidence, { afterMs: 20_000 - MASK_TRUST_MS - 1 })).toEqual(ALL);
  // What does not report the silent ones does not bear out that they are.
  const blind = Array.from({ length: 20 }, (_, i) => sample({ l1: 160 }, 30_000 + i * 10_000));
  expect(inUse(learned([...NARROW, ...blind]), { afterMs: 30_000 + MASK_TRUST_MS })).toEqual(ALL);
});

test('MD4 current on L2 alone contradicts every wiring of a socket: then nobody knows which conductor it is', () => {
  for (const odd of [
    { l1: 0, l2: 160, l3: 0 },
    { l1: 0, l2: 160, l3: 160 },
    { l1: 160, l2: 0, l3: 160 },
  ]) {
    expect(after(sample(odd, 0), sample(odd, 20_000))).toEqual(ALL);
  }
});

test('an EVSE of which one phase is wired counts on that one, and a conductor that it does not have is of no account', () => {
  const evidence = learned(NARROW);
  expect(inUse(evidence, { evse: wiredTo('l3') })).toEqual(['l3']);
  expect(inUse(evidence, { evse: wiredTo('l3', 'l1') })).toEqual(['l3']);
  const two = learned([0, 20_000].map((ms) => sample({ l1: 160, l2: 0 }, ms)));
  expect(inUse(two, { evse: wiredTo('l3', 'l1') })).toEqual(['l3']);
});

const amount = fc.constantFrom(0, 0, 0, 4, 5, 30, 31, 160);
const anySample = fc.record({
  current: fc.record({ l1: amount, l2: amount, l3: amount }, { requiredKeys: [] }),
  stepMs: fc.constantFrom(0, 500, 1_000, 10_000, 25_000),
  isGood: fc.boolean(),
  tx: fc.constantFrom(TX, TX, TX, transactionId('tx-2'), undefined),
});

test('MD5 whatever the samples: a narrow mask has its proof in the history, told anew from the text', () => {
  fc.assert(
    fc.property(fc.array(anySample, { maxLength: 25 }), (steps) => {
      let atMs = 0;
      const history = steps.map(({ current, stepMs, isGood, tx }) =>
        sample(current, (atMs += stepMs), { isGood, transactionId: tx }),
      );
      const mask = inUse(learned(history), { evse: wiredTo('l1', 'l2', 'l3'), afterMs: atMs });
      if (mask.length === 3) return;
      // Since the transaction began: no current on the others, and samples that show it, 20 s apart.
      const foreign = history.findLastIndex((one) => one.transactionId !== undefined && one.transactionId !== TX);
      const rest = history.slice(foreign + 1);
      const mine = rest.slice(rest.findIndex((one) => one.transactionId === TX));
      const others = (['l1', 'l2', 'l3'] as const).filter((phase) => !mask.includes(phase));
      expect(mine.every((one) => others.every((phase) => (one.current[phase] ?? 0) < 5))).toBe(true);
      const showing = mine.filter(
        (one) =>
          one.transactionId === TX &&
          one.isGood &&
          others.every((phase) => one.current[phase] !== undefined) &&
          Object.values(one.current).some((value) => value > 30),
      );
      const times = showing.map((one) => one.sampledAtMs);
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(PROOF_SPAN_MS);
    }),
    { numRuns: 5_000 },
  );
});
