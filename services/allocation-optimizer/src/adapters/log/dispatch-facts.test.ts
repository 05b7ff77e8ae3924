import { expect, test } from '@jest/globals';
import { dispatchV1, encodeRecord, TOPICS } from '@headroom/contracts';
import { dispatchFactOf } from './dispatch-facts.ts';

const ENVELOPE = { eventId: '1', eventType: 'test', occurredAtMs: 0, producer: 'test' };

test.each([true, false])(
  'H81: whether a station keeps no lease is read from the dispatcher’s record: %s',
  (fallbackOnly) => {
    const value = dispatchV1.CommittedChanged.fromPartial({
      ...{ stationId: 'ST-1', evse: 1, committedDeciA: 60, fallbackOnly },
      members: [{ kind: 'fallback', limitDeciA: 60 }],
    });
    const fact = { siteId: 'depot', dispatcherEpoch: 3n, fact: { $case: 'committedChanged', value } } as const;
    const read = dispatchFactOf(encodeRecord(TOPICS.dispatchFacts, 'depot', fact, ENVELOPE).value, {});
    const content = read.kind === 'ok' ? read.value?.content : undefined;
    expect(content).toMatchObject({ kind: 'fact', fact: { kind: 'committed-changed', committed: 60 } });
    expect(JSON.stringify(content, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each))).toMatch(
      fallbackOnly ? /"fallbackOnly":true/ : /^(?!.*fallbackOnly)/,
    );
  },
);

test.each([
  [true, { refusesZero: true }],
  [false, {}],
])(
  'H86: whether a step is for the refusal of 0 A is read from the dispatcher’s record: %s',
  (refusesZero, expected) => {
    const value = dispatchV1.EvseDisobeys.fromPartial({
      ...{ stationId: 'ST-1', evse: 1, step: dispatchV1.ObedienceStep.STOP, refusesZero },
    });
    const fact = { siteId: 'depot', dispatcherEpoch: 3n, fact: { $case: 'evseDisobeys', value } } as const;
    const read = dispatchFactOf(encodeRecord(TOPICS.dispatchFacts, 'depot', fact, ENVELOPE).value, {});
    const of = { kind: 'evse-disobeys', stationId: 'ST-1', evse: 1, step: 'stop' };
    expect(read.kind === 'ok' ? read.value?.content : undefined).toEqual({
      kind: 'fact',
      epoch: 3n,
      fact: { ...of, ...expected },
    });
  },
);

test('K13: limits of others that a station does not name any more are read from the dispatcher’s record; one without any says nothing', () => {
  const read = (missingLimits: dispatchV1.MissingLimit[]) => {
    const value = dispatchV1.ProfilesChecked.fromPartial({ stationId: 'ST-1', missingLimits });
    const fact = { siteId: 'depot', dispatcherEpoch: 3n, fact: { $case: 'profilesChecked', value } } as const;
    const result = dispatchFactOf(encodeRecord(TOPICS.dispatchFacts, 'depot', fact, ENVELOPE).value, {});
    return result.kind === 'ok' ? result.value?.content : 'refused';
  };
  const missing = [{ evse: 0, source: 'EMS', toldAtMs: 5_000 }];
  expect(read([{ evse: 0, source: 'EMS', toldAtMs: 5_000n }])).toEqual({
    ...{ kind: 'fact', epoch: 3n },
    fact: { kind: 'station-limits-missing', stationId: 'ST-1', missing },
  });
  expect(read([])).toBeUndefined();
});
