import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeRecord, gatewayV1, stationV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { eventIdOf, hashOfToken, type Rig, START_MS, startRig } from './testing/rig.ts';
import { BOOT_16, BOOT_201, booted, connect, until } from './testing/station.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const AT = new Date(START_MS).toISOString();
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('1.6: a station connects, boots, is told what to sample, charges; every step is a fact of its site', async () => {
  const station = await connect(rig.url);
  expect(await station.call('BootNotification', BOOT_16)).toEqual([
    3,
    'm1',
    { currentTime: AT, interval: 300, status: 'Accepted' },
  ]);
  expect(await station.next()).toEqual([
    2,
    'id-1',
    'ChangeConfiguration',
    { key: 'MeterValueSampleInterval', value: '10' },
  ]);
  station.send('[3,"id-1",{"status":"Accepted"}]');
  expect((await station.next())[3]).toMatchObject({ key: 'MeterValuesSampledData' });

  expect(await station.call('Heartbeat', {})).toEqual([3, 'm2', { currentTime: AT }]);
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Preparing' };
  expect(await station.call('StatusNotification', status)).toEqual([3, 'm3', {}]);
  expect(await station.call('Authorize', { idTag: 'TAG' })).toEqual([3, 'm4', { idTagInfo: { status: 'Accepted' } }]);
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 500, timestamp: AT };
  const started = await station.call('StartTransaction', start);
  expect(started[2]).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  const { transactionId } = started[2] as { transactionId: number };
  expect(transactionId).toBeGreaterThan(0);
  const values = [
    { timestamp: AT, sampledValue: [{ value: '15.9', measurand: 'Current.Import', phase: 'L1', unit: 'A' }] },
  ];
  expect(await station.call('MeterValues', { connectorId: 1, transactionId, meterValue: values })).toEqual([
    3,
    'm6',
    {},
  ]);
  const stop = { transactionId, meterStop: 900, timestamp: AT, idTag: 'TAG', reason: 'Local' };
  expect((await station.call('StopTransaction', stop))[2]).toEqual({ idTagInfo: { status: 'Accepted' } });

  expect(rig.log.facts().map((fact) => fact.fact?.$case)).toEqual([
    'connected',
    'booted',
    'statusReported',
    'transactionStarted',
    'meterValuesReported',
    'transactionEnded',
  ]);
  expect(new Set(rig.log.records.map((record) => record.key))).toEqual(new Set(['site-1']));
  expect(new Set(rig.log.records.map(eventIdOf)).size).toBe(6);
  expect(rig.log.of('connected')[0]).toMatchObject({
    ocppVersion: stationV1.OcppVersion.OCPP_VERSION_1_6,
    gatewayAddress: 'gateway',
    fact: { connectionGeneration: BigInt(START_MS), siteId: 'site-1', stationId: 'ST-1' },
  });
  expect(rig.log.of('transactionStarted')[0]).toMatchObject({
    evse: 1,
    transactionId: String(transactionId),
    idTokenHash: hashOfToken('TAG'),
    authorized: true,
    meterStartWh: 500n,
    stationTimeMs: BigInt(START_MS),
  });
  expect(rig.log.of('transactionEnded')[0]).toMatchObject({ transactionId: String(transactionId), meterStopWh: 900n });
});

test('2.0.1: the best common version is taken; a transaction event carries all it has', async () => {
  const station = await connect(rig.url, { protocols: ['ocpp1.6', 'ocpp2.0.1'] });
  expect(station.socket.protocol).toBe('ocpp2.0.1');
  expect((await station.call('BootNotification', BOOT_201))[2]).toMatchObject({ status: 'Accepted', interval: 300 });
  const [, id, action, payload] = await station.next();
  expect([action, payload]).toMatchObject([
    'SetVariables',
    {
      setVariableData: [
        { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' }, attributeValue: '10' },
        {},
      ],
    },
  ]);
  station.send(JSON.stringify([4, id, 'NotSupported', '', {}]));
  const event = {
    eventType: 'Started',
    timestamp: AT,
    triggerReason: 'Authorized',
    seqNo: 0,
    transactionInfo: { transactionId: 'tx-9', chargingState: 'Charging' },
    evse: { id: 1, connectorId: 1 },
    idToken: { idToken: 'TAG', type: 'ISO14443' },
  };
  expect((await station.call('TransactionEvent', event))[2]).toEqual({ idTokenInfo: { status: 'Accepted' } });
  const { idToken: _, ...updated } = { ...event, eventType: 'Updated', triggerReason: 'MeterValuePeriodic', seqNo: 1 };
  expect((await station.call('TransactionEvent', updated))[2]).toEqual({});
  expect(rig.log.of('transactionStarted')[0]).toMatchObject({
    transactionId: 'tx-9',
    evse: 1,
    chargingState: stationV1.ChargingState.CHARGING,
    seqNo: 0,
    authorized: true,
  });
  expect(rig.log.of('transactionUpdated')[0]).toMatchObject({ transactionId: 'tx-9', seqNo: 1 });
  expect(rig.logged.map((line) => line.event)).toContain('station-configuration-refused');
});

test('R11, X11: the raw frame stands beside the fact, byte for byte but for the token', async () => {
  const station = await booted(rig.url);
  const frame = `[2,"raw-1","StartTransaction",{"connectorId":1, "idTag":"TAG","meterStart":5,"timestamp":"${AT}"}]`;
  station.send(frame);
  await station.next();
  expect(text(rig.log.of('transactionStarted')[0]?.fact.rawFrame ?? new Uint8Array())).toBe(
    frame.replace('"TAG"', `"${hashOfToken('TAG')}"`),
  );
  for (const record of rig.log.records) expect(text(record.value)).not.toContain('TAG');
});

test('a station of no site: its facts are keyed by its own id', async () => {
  rig.registry.stations.set('ST-2', { siteId: '', password: 'pw' });
  await booted(rig.url, { stationId: 'ST-2', password: 'pw' });
  expect(new Set(rig.log.records.map((record) => record.key))).toEqual(new Set(['ST-2']));
});

test('live state: the route is there while the station is, with its generation', async () => {
  const station = await booted(rig.url);
  const read = async () => {
    const entry = await rig.live.get('route', 'ST-1');
    return entry === undefined ? undefined : gatewayV1.Route.decode(entry.value);
  };
  expect(await read()).toMatchObject({
    stationId: 'ST-1',
    gatewayAddress: 'gateway',
    connectionGeneration: BigInt(START_MS),
  });
  rig.time.advance(25_000);
  expect(await read()).toBeDefined();
  station.socket.close(1000);
  await station.closed;
  await until(async () => (await read()) === undefined);
});

test('nothing is logged for ordinary messages', async () => {
  const station = await booted(rig.url);
  const before = rig.logged.length;
  for (let i = 0; i < 20; i += 1) await station.call('Heartbeat', {});
  expect(rig.logged).toHaveLength(before);
});

test('over the event log itself: the facts of a site stand in its partition, in order, and decode', async () => {
  const log = createMemoryEventLog();
  const { name } = TOPICS.stationFacts;
  await log.ensureTopics([{ name, partitions: 6, cleanup: 'delete', replicationFactor: 1 }]);
  const own = await startRig({}, { realLog: log });
  const station = await booted(own.url);
  await station.call('StartTransaction', { connectorId: 1, idTag: 'TAG', meterStart: 500, timestamp: AT });
  const kinds: string[] = [];
  const consumption = await log.consume({
    group: 'test',
    topics: [name],
    start: { kind: 'earliest' },
    onBatch: async ({ partition, records }) => {
      expect(partition).toBe(log.partitionOf(name, 'site-1'));
      for (const record of records) {
        const fact = decodeRecord(TOPICS.stationFacts, record.value);
        kinds.push(fact.kind === 'ok' ? (fact.value.fact?.$case ?? '') : fact.error);
      }
    },
    onFatal: (cause) => {
      throw cause;
    },
  });
  await until(() => kinds.length >= 3);
  expect(kinds).toEqual(['connected', 'booted', 'transactionStarted']);
  await consumption.stop();
  await own.stop();
  await log.close();
});
