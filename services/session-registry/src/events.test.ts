import { expect, test } from '@jest/globals';
import { createKeptMetrics } from '@headroom/telemetry';
import { shownMetric } from '@headroom/testing';
import { createEvents } from './events.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

test('facts and judged tokens are counted by kind; whether the outbox is held up is shown', () => {
  const metrics = createKeptMetrics();
  const events = createEvents(quiet, metrics);
  events.factSettled('plugged');
  events.factSettled('plugged');
  events.tokenJudged('expired');
  expect(shownMetric(metrics, 'headroom_session_facts_total')).toEqual({ plugged: 2 });
  expect(shownMetric(metrics, 'headroom_authorizations_total')).toEqual({ expired: 1 });
  events.relayHeldUp('away');
  expect(shownMetric(metrics, 'headroom_outbox_held_up')).toEqual({ '': 1 });
  events.relayResumed();
  expect(shownMetric(metrics, 'headroom_outbox_held_up')).toEqual({ '': 0 });
});
