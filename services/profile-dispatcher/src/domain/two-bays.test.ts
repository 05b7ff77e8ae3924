import { expect, test } from '@jest/globals';
import { deciAmps, evseId, invariant, transactionId } from '@headroom/kernel';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { Bench, RULES, told } from '../testing/bench.ts';
import { LEASE_MS, SITE, siteModel, stationNumber } from '../testing/bench-site.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { committedOf, membersOf } from './committed-set.ts';
import { controlAt, countingOf } from './site-state.ts';

const STATION = stationNumber(1);
const [FIRST, SECOND] = [evseId(STATION, 1), evseId(STATION, 2)];
const TX = { 1: transactionId('tx-1-1'), 2: transactionId('tx-of-the-second') };

/** One station with two bays on 80 A; each has its own fallback and its own transaction. */
function twoBays(): Bench {
  const bench = new Bench({ stations: 1, ratingA: 80 });
  const model = siteModel({ stations: 1, ratingA: 80, version: 2 });
  const [one] = model.evses.values();
  invariant(one !== undefined, 'no bay');
  const evses = new Map([
    [FIRST, one],
    [SECOND, { ...one, evseId: SECOND, evse: 2 }],
  ]);
  bench.take({ kind: 'site-configured', siteId: SITE, model: { ...model, evses } });
  return bench;
}

function answerAll(bench: Bench): readonly IntendedCommand[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands;
}

function charging(): Bench {
  const bench = twoBays();
  bench.boot(1);
  answerAll(bench);
  for (const evse of [1, 2] as const)
    bench.take({ kind: 'transaction-started', ...bench.of(1), evse, transactionId: TX[evse] });
  decide(bench, 20, 16);
  answerAll(bench);
  return bench;
}

function decide(bench: Bench, first: number, second: number): void {
  // A moment later, and so a later decision.
  bench.after(12_000);
  const target = (evse: 1 | 2, amps: number) => ({ limit: deciAmps(amps * 10), transactionId: TX[evse] });
  bench.take({
    ...{
      kind: 'decision-made',
      siteId: SITE,
      epoch: 1,
      seq: Math.round(bench.nowMs),
      validUntilMs: bench.nowMs + 600_000,
    },
    targets: new Map([
      [FIRST, target(1, first)],
      [SECOND, target(2, second)],
    ]),
  });
}

/** What each bay counts with, A. */
const counted = (bench: Bench): readonly number[] =>
  [FIRST, SECOND].map((id) => {
    const evse = bench.site.model?.evses.get(id);
    invariant(evse !== undefined, 'no bay');
    const counting = countingOf(bench.site, evse, { leaseNowMs: bench.nowMs, marginMs: RULES.leaseMarginMs });
    return committedOf(membersOf(controlAt(bench.site, evse).set, counting)) / 10;
  });

const ofBays = (commands: readonly IntendedCommand[]): readonly string[] =>
  commands.map(({ intent }) => `${intent.evse} ${intent.purpose} ${intent.limit / 10}`).toSorted();

test('SI2, SI5: a station that boots counts with the maximum of each of its bays, and each is told its permanent limit', () => {
  const bench = twoBays();
  bench.boot(1);
  expect(counted(bench)).toEqual([32, 32]);
  expect(ofBays(answerAll(bench))).toEqual(['1 fallback 6', '2 fallback 6']);
  // The second bay is new here (HO-15).
  expect(counted(bench)).toEqual([6, 32]);
  bench.after(OBEYS_WITHIN_MS);
  expect(counted(bench)).toEqual([6, 6]);
});

test('SI2: both bays have leases of their own, which count together', () => {
  const bench = charging();
  expect(counted(bench)).toEqual([20, 16]);
  decide(bench, 32, 32);
  expect(ofBays(answerAll(bench))).toEqual(['1 lease 32', '2 lease 32']);
  // 64 A of 80 A; a third as large would not fit.
  expect(counted(bench)).toEqual([32, 32]);
});

test('HO-8, SI3: while the station is away both leases stand for ever, and after its next boot neither bay is proven', () => {
  const bench = charging();
  bench.disconnect(1);
  bench.after(10 * LEASE_MS);
  bench.pass();
  expect(counted(bench)).toEqual([20, 16]);
  bench.boot(1);
  expect(counted(bench)).toEqual([32, 32]);
});

test.each([true, false])(
  'HO-8: an answer does not cross connections for either bay: what was sent counts on (the end was told: %s)',
  (isTold) => {
    const bench = charging();
    decide(bench, 8, 8);
    const lowered = bench.pass();
    expect(told(lowered)).toHaveLength(2);
    if (isTold) bench.disconnect(1);
    bench.connect(1);
    // Nobody waits for the answers of the connection before, so both are told anew at once.
    expect(ofBays(bench.pass())).toEqual(['1 lease 8', '2 lease 8']);
    bench.after(60_000);
    expect(counted(bench)).toEqual([20, 16]);
  },
);

test('what ends in one bay ends in no other', () => {
  const bench = charging();
  bench.take({ kind: 'transaction-ended', ...bench.of(1), evse: 1, transactionId: TX[1] });
  expect(counted(bench)).toEqual([6, 16]);
});
