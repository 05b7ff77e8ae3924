import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { Bench } from '../testing/bench.ts';
import { SITE, stationNumber, transactionOf } from '../testing/bench-site.ts';
import type { CommandOrder } from './command-name.ts';
import { type LeaseAttempt, type LimitSet, UNKNOWN_SET } from './limit-set.ts';
import { onLimitIntended } from './replay-journal.ts';
import { resolveFallback, resolveLease, takeSample } from './resolve-limit.ts';
import { controlOf, newSite } from './site-state.ts';

const FIRST = 1;
const SECOND = 2;
const ofEpoch = (epoch: number, seq: number): CommandOrder => ({ epoch, seq });
const idOf = ({ epoch, seq }: CommandOrder): string => `${epoch}.${seq}`;

/** A lease of so many amperes for the connection of this generation. */
const aimed = (order: CommandOrder, amps: number, generation: number | undefined): LeaseAttempt => ({
  ...{ commandId: idOf(order), order, generation, limit: deciAmps(amps * 10), transactionId: transactionOf(1) },
  ...{ untilMs: 100_000, answerDueMs: undefined },
});
const accepted = (set: LimitSet, order: CommandOrder, atMs = 1_000): LimitSet =>
  resolveLease(set, { commandId: idOf(order), outcome: 'accepted', atMs });
/** Amperes of everything that may be obeyed. */
const counted = ({ attempts, acknowledged, unsettled }: LimitSet): readonly number[] =>
  [...attempts, ...(acknowledged ? [acknowledged] : []), ...(unsettled ? [unsettled] : [])].map(
    ({ limit }) => limit / 10,
  );

test('HO-2: an answer leaves what an earlier owner has meant for a later connection', () => {
  const set = { ...UNKNOWN_SET, attempts: [aimed(ofEpoch(2, 1), 6, FIRST), aimed(ofEpoch(1, 2), 20, SECOND)] };
  const after = accepted(set, ofEpoch(2, 1));
  expect(after.attempts.map(({ commandId }) => commandId)).toEqual(['1.2']);
  expect(counted(after)).toEqual([20, 6]);
});

test('SI2: an answer on a later connection settles what was meant for earlier ones, if it was sent after it', () => {
  const set = { ...UNKNOWN_SET, attempts: [aimed(ofEpoch(1, 1), 20, FIRST), aimed(ofEpoch(1, 2), 16, SECOND)] };
  const after = accepted(set, ofEpoch(1, 2));
  expect(after.attempts).toEqual([]);
  expect(after.unsettled).toMatchObject({ limit: 200 });
});

test('HO-2: what an earlier owner has sent on a later connection is what the station has', () => {
  const lowered = accepted({ ...UNKNOWN_SET, attempts: [aimed(ofEpoch(2, 1), 6, FIRST)] }, ofEpoch(2, 1));
  const both = { ...lowered, attempts: [aimed(ofEpoch(1, 2), 20, SECOND)] };
  expect(accepted(both, ofEpoch(1, 2)).acknowledged).toMatchObject({ limit: 200, generation: SECOND });
});

test('HO-2: the answer of an earlier connection, heard late, takes the place of none on a later one, and counts until it is seen gone', () => {
  const later = accepted({ ...UNKNOWN_SET, attempts: [aimed(ofEpoch(1, 2), 10, SECOND)] }, ofEpoch(1, 2));
  const both = { ...later, attempts: [aimed(ofEpoch(2, 1), 20, FIRST)] };
  const after = accepted(both, ofEpoch(2, 1), 2_000);
  expect(after.acknowledged).toMatchObject({ limit: 100, generation: SECOND });
  expect(after.unsettled).toMatchObject({ limit: 200, provableFromMs: 7_000 });
  const sample = { draw: deciAmps(90), transactionId: transactionOf(1), offered: deciAmps(100), sampledAtMs: 8_000 };
  expect(counted(takeSample(after, sample))).toEqual([10]);
});

test('HO-2: where nobody noted the connection, no answer to another command settles it; its own does', () => {
  const old = aimed(ofEpoch(1, 1), 20, undefined);
  const set = { ...UNKNOWN_SET, attempts: [old, aimed(ofEpoch(1, 2), 6, SECOND)] };
  expect(counted(accepted(set, ofEpoch(1, 2)))).toEqual([20, 6]);
  expect(counted(accepted(set, ofEpoch(1, 1)))).toEqual([6, 20]);
  const acknowledged = accepted({ ...UNKNOWN_SET, attempts: [aimed(ofEpoch(1, 2), 6, SECOND)] }, ofEpoch(1, 2));
  const late = accepted({ ...acknowledged, attempts: [old] }, ofEpoch(1, 1));
  expect(late.acknowledged).toMatchObject({ limit: 60 });
  expect(late.unsettled).toMatchObject({ limit: 200 });
});

test('HO-2: a transaction that is over takes along what was accepted for it, and nothing that is meant for a later connection', () => {
  const attempts = [aimed(ofEpoch(2, 1), 6, FIRST), aimed(ofEpoch(1, 2), 20, SECOND)];
  const set = { ...UNKNOWN_SET, attempts, ended: [transactionOf(1)] };
  expect(accepted(set, ofEpoch(2, 1)).attempts.map(({ commandId }) => commandId)).toEqual(['1.2']);
});

test('HO-12: an accepted fallback leaves one that is meant for a later connection; one without a connection it settles by its order', () => {
  const fallbacks = [SECOND, FIRST, undefined].map((generation, index) => {
    const order = ofEpoch(1, index + 1);
    return { commandId: `f${index}`, order, generation, limit: deciAmps(100), answerDueMs: undefined };
  });
  const name = { commandId: 'f', order: ofEpoch(2, 1), generation: FIRST, limit: deciAmps(60) };
  const after = resolveFallback({ ...UNKNOWN_SET, fallbacks }, name, {
    outcome: 'accepted',
    sinceBoot: true,
    hasBooted: true,
    atMs: 0,
  });
  expect(after.fallbacks.map(({ commandId }) => commandId)).toEqual(['f0']);
});

test('HO-2: an intent says which connection it is meant for, and is counted so by who reads it', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  const heir = newSite(SITE);
  for (const { intent } of bench.pass()) onLimitIntended(heir, intent, false);
  for (const site of [bench.site, heir]) {
    const { attempts } = controlOf(site, stationNumber(1), 1).set;
    expect(attempts.map(({ generation }) => generation)).toEqual([bench.of(1).generation]);
  }
});
