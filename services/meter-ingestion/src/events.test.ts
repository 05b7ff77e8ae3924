import { expect, test } from '@jest/globals';
import { createKeptMetrics } from '@headroom/telemetry';
import { shownMetric } from '@headroom/testing';
import { createEvents } from './events.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

test('samples, readings and what was dropped are counted; whether the record is held up is shown', () => {
  const metrics = createKeptMetrics();
  const events = createEvents(quiet, metrics);
  events.sampled(3);
  events.readingsTaken(2);
  events.valuesDropped({ stationId: 'CP-1', count: 4, traceId: undefined });
  expect(shownMetric(metrics, 'headroom_meter_values_total')).toEqual({ evse: 3, site: 2 });
  expect(shownMetric(metrics, 'headroom_meter_values_dropped_total')).toEqual({ '': 4 });
  events.recordingHeldUp('away', 7);
  expect(shownMetric(metrics, 'headroom_meter_recording_held_up')).toEqual({ '': 1 });
  events.recordingResumed();
  expect(shownMetric(metrics, 'headroom_meter_recording_held_up')).toEqual({ '': 0 });
});

test('draws that are not written are told sparsely: while the live state is away each site has one a second', () => {
  const told: unknown[] = [];
  const events = createEvents({ ...quiet, warn: (_, fields) => void told.push(fields?.['times']) });
  for (let time = 0; time < 100; time += 1) events.drawNotWritten('site-1', 'away');
  expect(told).toEqual([1, 2, 4, 8, 16, 32, 64]);
});
