import { expect, test } from '@jest/globals';
import { createKeptMetrics } from '@headroom/telemetry';
import { shownMetric } from '@headroom/testing';
import { createEvents } from './events.ts';

test('every command is counted, though only some failures in a row are logged', () => {
  const logged: string[] = [];
  const tell = (event: string) => void logged.push(event);
  const metrics = createKeptMetrics();
  const events = createEvents({ info: tell, warn: tell, error: tell }, metrics);
  for (let n = 0; n < 5; n += 1) {
    events.commandJudged('written');
    events.commandsWithheld({ shard: 1, epoch: 2, commands: 3, traceId: undefined });
    events.gatewayFailed({ gatewayAddress: 'gateway:1', commands: 1, why: 'away', traceId: undefined });
    events.journalUnavailable(1, new Error('away'));
  }
  events.gatewayGivenUp('gateway:1', 9);
  expect(shownMetric(metrics, 'headroom_commands_total')).toEqual({ written: 5 });
  expect(shownMetric(metrics, 'headroom_commands_withheld_total')).toEqual({ '': 15 });
  expect(shownMetric(metrics, 'headroom_gateway_calls_failed_total')).toEqual({ '': 5 });
  expect(shownMetric(metrics, 'headroom_gateways_given_up_total')).toEqual({ '': 1 });
  expect(shownMetric(metrics, 'headroom_journal_failures_total')).toEqual({ '': 5 });
  expect(logged.filter((event) => event === 'dispatch-gateway-failed')).toHaveLength(3);
});
