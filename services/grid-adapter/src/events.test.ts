import { expect, test } from '@jest/globals';
import { type Metrics, SILENT_METRICS } from '@headroom/telemetry';
import { createEvents } from './events.ts';

test('every poll that fails is counted, and only one that says something new is told', () => {
  const counted: string[] = [];
  const told: string[] = [];
  const metrics: Metrics = { ...SILENT_METRICS, counter: (name) => ({ add: () => void counted.push(name) }) };
  const note = (event: string): void => void told.push(event);
  const events = createEvents({ info: note, warn: note, error: note }, metrics);
  const failed = { source: 'a utility', why: 'It answers 500.', traceId: undefined };
  events.pollFailed({ ...failed, isNews: true });
  events.pollFailed({ ...failed, isNews: false });
  expect(counted).toEqual(['headroom_grid_polls_failed_total', 'headroom_grid_polls_failed_total']);
  expect(told).toEqual(['grid.poll-failed']);
});
