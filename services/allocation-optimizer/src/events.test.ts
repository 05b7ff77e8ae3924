import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, perPhase } from '@headroom/kernel';
import { createKeptMetrics } from '@headroom/telemetry';
import { shownMetric } from '@headroom/testing';
import type { CircuitUse } from './domain/decision.ts';
import { isOverLimit } from './domain/over-limit.ts';
import { createEvents, type Decided } from './events.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function scene() {
  const metrics = createKeptMetrics();
  const events = createEvents(quiet, metrics);
  const decide = (change: Partial<Decided>) =>
    events.decided({
      ...{ siteId: 'a', shard: 1, trigger: 'timer', outcome: 'unchanged', isOver: false, monoMs: 0, tookMs: 2 },
      ...change,
    });
  return { metrics, events, decide };
}

test('the time over a limit runs from one decision to the next, for each site, and ends with the first that is not over', () => {
  const { metrics, decide } = scene();
  decide({ isOver: true, monoMs: 1_000 });
  decide({ siteId: 'b', isOver: true, monoMs: 1_500 });
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ '': 2 });
  decide({ isOver: true, monoMs: 2_000 });
  decide({ isOver: false, monoMs: 2_500 });
  decide({ isOver: false, monoMs: 9_000 });
  expect(shownMetric(metrics, 'headroom_over_limit_seconds_total')).toEqual({ '': 1.5 });
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ '': 1 });
});

test('time in which the shard was somebody else’s is not ours', () => {
  const { metrics, events, decide } = scene();
  decide({ isOver: true, monoMs: 1_000 });
  events.shardsLost([1]);
  expect(shownMetric(metrics, 'headroom_over_limit_sites')).toEqual({ '': 0 });
  decide({ isOver: true, monoMs: 60_000 });
  decide({ isOver: true, monoMs: 60_500 });
  expect(shownMetric(metrics, 'headroom_over_limit_seconds_total')).toEqual({ '': 0.5 });
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

test('over a limit: one phase of one circuit is enough, and at the limit is not over', () => {
  const use = (committed: number): CircuitUse => ({
    circuitId: circuitId('c'),
    limit: perPhase(() => deciAmps(100)),
    otherLoad: perPhase(() => deciAmps(40)),
    committed: perPhase((phase) => deciAmps(phase === 'l2' ? committed : 0)),
    rise: perPhase(() => deciAmps(0)),
    limitSource: 'rating',
  });
  expect(isOverLimit({ circuits: [use(0), use(60)] })).toBe(false);
  expect(isOverLimit({ circuits: [use(0), use(61)] })).toBe(true);
});
