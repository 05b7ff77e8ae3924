import { expect, test } from '@jest/globals';
import { deciAmps, invariant } from '@headroom/kernel';
import { Bench, RULES } from '../testing/bench.ts';
import { evseNumber, stationNumber } from '../testing/bench-site.ts';
import { committedView } from './committed-view.ts';
import { type Flow, flowingAsTold, flowingAtMost } from './flowing.ts';
import { lastingLimits } from './lasting.ts';
import { controlOf } from './site-state.ts';

/** It charges with 10 A, seen to obey; its permanent limit is 6 A, and it bears 32 A. */
function charging(): Bench {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 10 });
  return bench;
}

function flowOf({ site, nowMs }: Bench): Flow {
  const evse = site.model?.evses.get(evseNumber(1));
  invariant(evse !== undefined, 'no station 1');
  const time = { nowMs, leaseNowMs: nowMs, marginMs: RULES.leaseMarginMs, lasting: lastingLimits(site, nowMs) };
  return { control: controlOf(site, stationNumber(1), 1), view: committedView(site, evse, time) };
}

const flows = (bench: Bench) => ({
  atMost: flowingAtMost(bench.site, flowOf(bench)) / 10,
  asTold: flowingAsTold(flowOf(bench)) / 10,
});

test('in a transaction what leads flows: the lease that was accepted, and not the permanent limit below it nor a higher one before it', () => {
  const bench = charging();
  expect(flows(bench)).toEqual({ atMost: 10, asTold: 10 });
  bench.decide({ 1: 0 });
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toContain('unsettled 10');
  bench.after(1_000);
  bench.measure(1, 0, 10);
  expect(flows(bench)).toEqual({ atMost: 0, asTold: 0 });
});

test('what was sent and is not answered flows too', () => {
  const bench = charging();
  bench.decide({ 1: 16 });
  bench.pass();
  expect(flows(bench)).toEqual({ atMost: 16, asTold: 16 });
});

test('SI5: of one of which nothing is known since its boot all that it bears may flow, with a lease or without a transaction', () => {
  const bench = charging();
  const { control, view } = flowOf(bench);
  const members = [...view.members, { kind: 'hardware-maximum' as const, limit: deciAmps(320) }];
  const unproven = { control, view: { ...view, members, committed: deciAmps(320) } };
  expect(flowingAtMost(bench.site, unproven)).toBe(320);
  expect(flowingAtMost(bench.site, { ...unproven, control: { ...control, transactionId: undefined } })).toBe(320);
  expect(flowingAsTold(unproven)).toBe(100);
  bench.boot(1);
  expect(flows(bench).atMost).toBe(32);
});

test('HO-8: of one that is away all that counts may flow; without a transaction what was measured, of one that is there', () => {
  const bench = charging();
  bench.endTransaction(1);
  expect(flows(bench)).toEqual({ atMost: 0, asTold: 0 });
  bench.measurePhases(1, { l1: 2 }, { transactionId: undefined });
  expect(flows(bench)).toEqual({ atMost: 2, asTold: 2 });
  bench.disconnect(1);
  expect(flows(bench).atMost).toBe(6);
});

test('SI6: one that draws more than it was told lets that flow', () => {
  const bench = charging();
  bench.after(1_000);
  bench.measure(1, 20);
  // And a twentieth.
  expect(flows(bench).asTold).toBe(21);
  expect(flows(bench).atMost).toBe(21);
});
