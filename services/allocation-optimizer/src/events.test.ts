import { expect, test } from '@jest/globals';
import { circuitId, deciAmps } from '@headroom/kernel';
import { createKeptMetrics } from '@headroom/telemetry';
import type { UsedRow } from '@headroom/site-model';
import { shownMetric } from '@headroom/testing';
import { overLimits } from './domain/over-limit.ts';
import { createEvents, type Decided } from './events.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const NOT_OVER = { rating: false, power: false };
const OVER = { rating: true, power: false };

function scene() {
  const metrics = createKeptMetrics();
  const events = createEvents(quiet, metrics);
  const decide = (change: Partial<Decided>) =>
    events.decided({
      ...{ siteId: 'a', shard: 1, trigger: 'timer', outcome: 'unchanged', over: NOT_OVER, monoMs: 0, tookMs: 2 },
      ...change,
    });
  return { metrics, events, decide };
}

test('the time over a limit runs from one decision to the next, for each site, and ends with the first that is not over', () => {
  const { metrics, decide } = scene();
  decide({ over: OVER, monoMs: 1_000 });
  decide({ siteId: 'b', over: OVER, monoMs: 1_500 });
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ rating: 2, power: 0 });
  decide({ over: OVER, monoMs: 2_000 });
  decide({ over: NOT_OVER, monoMs: 2_500 });
  decide({ over: NOT_OVER, monoMs: 9_000 });
  expect(shownMetric(metrics, 'headroom_over_limit_seconds_total')).toEqual({ rating: 1.5, power: 0 });
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ rating: 1, power: 0 });
});

test('a limit of power is counted by itself', () => {
  const { metrics, decide } = scene();
  decide({ over: { rating: false, power: true }, monoMs: 1_000 });
  decide({ over: { rating: true, power: true }, monoMs: 3_000 });
  decide({ monoMs: 4_000 });
  expect(shownMetric(metrics, 'headroom_over_limit_seconds_total')).toEqual({ rating: 1, power: 3 });
});

test('time in which the shard was somebody else’s is not ours', () => {
  const { metrics, events, decide } = scene();
  decide({ over: OVER, monoMs: 1_000 });
  events.shardsLost([1]);
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ rating: 0, power: 0 });
  decide({ over: OVER, monoMs: 60_000 });
  decide({ over: OVER, monoMs: 60_500 });
  expect(shownMetric(metrics, 'headroom_over_limit_seconds_total')).toEqual({ rating: 0.5, power: 0 });
});

test('decisions are counted by what asked and by outcome, withheld ones each, though few are logged', () => {
  const { metrics, events, decide } = scene();
  decide({ outcome: 'written', trigger: 'session' });
  decide({});
  for (let n = 0; n < 5; n += 1) events.decisionWithheld(1, 2n);
  events.decisionDurable('session', 25);
  expect(shownMetric(metrics, 'headroom_decisions_total')).toMatchObject({
    'session written': 1,
    'timer unchanged': 1,
    'timer written': 0,
  });
  expect(shownMetric(metrics, 'headroom_decisions_withheld_total')).toEqual({ '': 5 });
  expect(shownMetric(metrics, 'headroom_fact_to_decision_seconds')).toEqual({ session: 1 });
  expect(shownMetric(metrics, 'headroom_decision_seconds')).toEqual({ '': 2 });
});

test('over a limit: one row is enough, of current or of power, and at the limit is not over', () => {
  const row = (kind: UsedRow['kind'], usedDeciA: number): UsedRow => ({
    ...{ circuitId: circuitId('c'), kind, limitDeciA: deciAmps(100), source: 'rating', loads: new Map() },
    ...{ otherLoadDeciA: deciAmps(40), riseDeciA: deciAmps(50), usedDeciA: deciAmps(usedDeciA) },
  });
  const over = (rows: readonly UsedRow[]) => {
    const { rating, power } = overLimits(rows);
    return [rating, power];
  };
  expect(over([row('l1', 100), row('power', 100)])).toEqual([false, false]);
  expect(over([row('l1', 0), row('l2', 101), row('power', 100)])).toEqual([true, false]);
  expect(over([row('l1', 100), row('power', 101)])).toEqual([false, true]);
});
