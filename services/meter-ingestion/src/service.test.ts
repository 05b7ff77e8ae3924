import { expect, test } from '@jest/globals';
import { encodeRecord, HEADERS, meteringV1, stationV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { topicSpecs } from '@headroom/service-host';
import { manualTime, TRACE_ID, TRACEPARENT } from '@headroom/testing';
import { createMemoryTurnStore, TurnStoreError } from '@headroom/turn-store';
import { assembleMeterIngestion } from './assemble.ts';
import { DEFAULT_METER_INGESTION_CONFIG } from './config.ts';

const SITE_READING = meteringV1.MeteringFact.fromPartial({
  siteId: 'depot',
  fact: { $case: 'siteMeterRead', value: { meterId: 'm', sampledAtMs: 1n, receivedAtMs: 1n, current: { l1DeciA: 1 } } },
});
const ENVELOPE = { eventId: 'e', eventType: 'SiteMeterRead', occurredAtMs: 1, producer: 'test' };

/** A service on memory twins, whose troubles are set by hand. */
async function rig() {
  const time = manualTime(0);
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const now = { log: undefined as string | undefined, storeAway: false, refusals: 0 };
  const logged: object[] = [];
  const note = (event: string, fields: object = {}): void => void logged.push({ event, ...fields });
  const turns = createMemoryTurnStore();
  const service = assembleMeterIngestion(
    {
      ...{ clock: time, timers: time, io: time, ids: { next: () => 'id' }, rng: { next: () => 0.5 } },
      log: { ...log, trouble: () => now.log },
      live: createMemoryLiveState({ clock: time }),
      rpc: createMemoryRpcNetwork(),
      ...{ databaseUrl: '', shards: 6, addresses: { 'meter-ingestion': 'metering' } },
      logger: { info: note, warn: note, error: note },
      fatal: (why) => {
        throw new Error(why);
      },
    },
    DEFAULT_METER_INGESTION_CONFIG,
    {
      store: {
        ...turns,
        turn: async (body) => {
          if (now.refusals > 0) {
            now.refusals -= 1;
            throw new TurnStoreError('STORE_CONFLICT', 'out of range');
          }
          if (now.storeAway) throw new TurnStoreError('STORE_UNAVAILABLE', 'connection refused');
          return turns.turn(body);
        },
      },
    },
  );
  const reading = () => log.append([encodeRecord(TOPICS.meteringFacts, 'depot', SITE_READING, ENVELOPE)]);
  return { service, now, log, logged, reading, pass: (ms: number) => time.advance(ms) };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('readiness says in words what is wrong, the log before the store, and takes it back', async () => {
  const { service, now, reading, pass } = await rig();
  const why = (): string | undefined => {
    const readiness = service.readiness();
    return readiness.kind === 'not-ready' ? readiness.why : undefined;
  };
  expect(why()).toBe('starting');
  await service.start();
  expect(why()).toBeUndefined();
  now.storeAway = true;
  await reading();
  await settled();
  expect(why()).toMatch(/^samples are not recorded in PostgreSQL, 1 records wait: connection refused$/);
  now.log = 'Kafka does not take records: connection refused';
  expect(why()).toBe('Kafka does not take records: connection refused');
  now.log = undefined;
  now.storeAway = false;
  pass(60_000);
  await settled();
  expect(why()).toBeUndefined();
  await service.stop(100);
  expect(why()).toBe('stopping');
});

test('the line of a parked record names the trace of that record, whether it does not decode or no row takes it', async () => {
  const { service, now, log, logged, pass } = await rig();
  await service.start();
  const topic = TOPICS.meteringFacts.name;
  const headers = { [HEADERS.traceparent]: TRACEPARENT };
  await log.append([{ topic, key: 'depot', value: Uint8Array.of(255, 255), headers }]);
  await settled();
  // The batch, then the row alone.
  now.refusals = 2;
  await log.append([
    encodeRecord(TOPICS.meteringFacts, 'depot', SITE_READING, { ...ENVELOPE, traceparent: TRACEPARENT }),
  ]);
  const lines = () => logged.filter((line) => 'event' in line && line.event === 'metering.record-parked');
  // Batches are paced by real milliseconds, turns of the store by those of the test.
  for (let turn = 0; lines().length < 2 && turn < 200; turn += 1) {
    await new Promise((go) => setTimeout(go, 5));
    pass(100);
  }
  expect(lines()).toMatchObject([
    { topic, reason: expect.stringContaining('does not decode'), traceId: TRACE_ID },
    { topic, reason: expect.stringContaining('out of range'), traceId: TRACE_ID },
  ]);
  await service.stop(100);
});

test('values that cannot be used are told with the trace of their message', async () => {
  const { service, log, logged } = await rig();
  await service.start();
  const sampledValues = [{ value: 'NaN', measurand: 'Current.Import', phase: 'L1', unit: 'A' }];
  const fact = stationV1.StationFact.fromPartial({
    ...{ siteId: 'depot', stationId: 'ST-1' },
    fact: { $case: 'meterValuesReported', value: { evse: 1, meterValues: [{ sampledValues }] } },
  });
  await log.append([encodeRecord(TOPICS.stationFacts, 'depot', fact, { ...ENVELOPE, traceparent: TRACEPARENT })]);
  await settled();
  expect(logged).toContainEqual({ event: 'metering.values-dropped', stationId: 'ST-1', count: 1, traceId: TRACE_ID });
  await service.stop(100);
});
