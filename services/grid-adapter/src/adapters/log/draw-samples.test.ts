import { expect, test } from '@jest/globals';
import { encodeRecord, meteringV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok } from '@headroom/kernel';
import { drawSampleOf, isOlderThan } from './draw-samples.ts';

const record = (fact: meteringV1.MeteringFact['fact']): StoredRecord => ({
  ...encodeRecord(
    TOPICS.meteringFacts,
    's1',
    { siteId: 's1', fact },
    { eventId: 'x', eventType: 'x', occurredAtMs: 5_000, producer: 'test' },
  ),
  ...{ partition: 0, offset: 0n, appendedAtMs: 0 },
});
const EVSE = meteringV1.EvseMeasured.fromPartial({ stationId: 'cs-1', evse: 2, sampledAtMs: 4_000n });
const evse = (over: Partial<meteringV1.EvseMeasured>) => record({ $case: 'evseMeasured', value: { ...EVSE, ...over } });

test('an EVSE draws the power that it tells, else what its currents come to', () => {
  const sample = { siteId: 's1', part: 'cs-1/2', atMs: 4_000 };
  expect(drawSampleOf(evse({ powerW: 0n }))).toEqual(ok({ ...sample, powerW: 0 }));
  expect(drawSampleOf(evse({ current: { l1DeciA: 100, l3DeciA: 50 } }))).toEqual(ok({ ...sample, powerW: 3_450 }));
  expect(drawSampleOf(evse({}))).toEqual(ok(undefined));
  expect(drawSampleOf(evse({ powerW: 1n, quality: meteringV1.SampleQuality.LATE }))).toEqual(ok(undefined));
});

test('a site meter counts beside the stations; what it feeds in is not drawn', () => {
  const meter = (l1DeciA: number) =>
    record({
      $case: 'siteMeterRead',
      value: { meterId: 'building', sampledAtMs: 4_000n, receivedAtMs: 4_000n, current: { l1DeciA } },
    });
  expect(drawSampleOf(meter(100))).toEqual(ok({ siteId: 's1', part: 'meter building', atMs: 4_000, powerW: 2_300 }));
  expect(drawSampleOf(meter(-100))).toMatchObject(ok({ powerW: 0 }));
});

test('what is old is told by its header; what does not decode is a sentence', () => {
  expect([isOlderThan(evse({}), 5_000), isOlderThan(evse({}), 5_001)]).toEqual([false, true]);
  expect(drawSampleOf({ ...evse({}), value: Uint8Array.of(255, 255) }).kind).toBe('err');
});
