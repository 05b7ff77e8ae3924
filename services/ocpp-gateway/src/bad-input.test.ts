import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { siteId, stationId } from '@headroom/kernel';
import { MAX_REFUSALS_PER_MINUTE } from './app/on-frame.ts';
import { hashOfToken, type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, connect, roundTrip, type TestStation, until } from './testing/station.ts';

const AT = new Date(START_MS).toISOString();
let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

const refusals = () => rig.log.of('frameRefused').map(({ reason, detail }) => [reason, detail]);
const stillAlive = async () => expect((await station.call('Heartbeat', {}))[0]).toBe(3);

test('H68: a CALL that is not JSON gets a CALLERROR with its id, and is kept with its token hashed', async () => {
  station.send('[2,"b1","StopTransaction",{"transactionId":,"idTag":"TAG"}]');
  expect(await station.next()).toEqual([4, 'b1', 'FormationViolation', 'The frame is malformed.', {}]);
  expect(refusals()).toEqual([['not-json', 'not JSON']]);
  const raw = new TextDecoder().decode(rig.log.of('frameRefused')[0]?.fact.rawFrame);
  expect(raw).toBe(`[2,"b1","StopTransaction",{"transactionId":,"idTag":"${hashOfToken('TAG')}"}]`);
  await stillAlive();
});

test('2.0.1 says RpcFrameworkError for the same', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
  const other = await booted(rig.url, { stationId: 'ST-2', password: 'pw', protocols: ['ocpp2.0.1'] });
  other.send('[2,"b1","Heartbeat",{]');
  expect((await other.next()).slice(0, 3)).toEqual([4, 'b1', 'RpcFrameworkError']);
});

test('A17: rubbish without an id is recorded and not answered', async () => {
  for (const text of ['hello', '{"a":1}', '[7,"x"]', '[2,"id"]']) station.send(text);
  expect((await station.next()).slice(0, 2)).toEqual([4, 'id']);
  station.socket.send(Buffer.from([1, 2, 3]));
  await roundTrip(station);
  expect(refusals().map(([reason]) => reason)).toEqual([
    'not-json',
    'wrong-shape',
    'wrong-shape',
    'wrong-shape',
    'binary',
  ]);
  await stillAlive();
});

test('H74: an unknown action is NotImplemented, a known one without use NotSupported, a foreign vendor unknown', async () => {
  expect((await station.call('MakeCoffee', {}))[2]).toBe('NotImplemented');
  expect((await station.call('constructor', {}))[2]).toBe('NotImplemented');
  expect((await station.call('FirmwareStatusNotification', { status: 'Idle' }))[2]).toBe('NotSupported');
  const transfer = { vendorId: 'com.maker', data: 'x'.repeat(16_384) };
  expect((await station.call('DataTransfer', transfer))[2]).toEqual({ status: 'UnknownVendorId' });
});

test('a payload outside its schema gets the code of its keyword, without our words about it', async () => {
  expect(await station.call('StatusNotification', { status: 'Available', errorCode: 'NoError' })).toEqual([
    4,
    expect.any(String),
    'OccurenceConstraintViolation',
    'The payload does not fit the schema of this action.',
    {},
  ]);
  const wrongType = { connectorId: '1', status: 'Available', errorCode: 'NoError' };
  expect((await station.call('StatusNotification', wrongType))[2]).toBe('TypeConstraintViolation');
  expect(refusals().map(([reason]) => reason)).toEqual(['schema', 'schema']);
});

test('H27, H71: too long, null, unknown fields and a missing zone are tolerated', async () => {
  const status = {
    connectorId: 1,
    status: 'Available',
    errorCode: 'NoError',
    info: null,
    more: 1,
    timestamp: '2026-11-21T08:00:00',
  };
  expect((await station.call('StatusNotification', status))[0]).toBe(3);
  expect(rig.log.of('statusReported')[0]).toMatchObject({ stationTimeMs: BigInt(START_MS) });
  const boot = { chargePointVendor: 'x'.repeat(30), chargePointModel: 'm', chargePointSerialNumber: 's'.repeat(40) };
  expect((await station.call('BootNotification', boot))[0]).toBe(3);
});

test('R10, H33: a transaction message outside its schema is stored and accepted while it can be read', async () => {
  const values = [
    {
      timestamp: AT,
      sampledValue: [
        { value: 16.5, unit: 'A', measurand: 'Current.Import' },
        { value: 1, context: 'Odd' },
      ],
    },
  ];
  expect((await station.call('MeterValues', { connectorId: 1, meterValue: values }))[0]).toBe(3);
  expect(rig.log.of('meterValuesReported')[0]).toMatchObject({
    meterValues: [
      {
        sampledValues: [
          { value: '16.5', unit: 'A' },
          { value: '1', context: 'Odd' },
        ],
      },
    ],
  });
});

/** Nobody has so many EVSEs: 32 bits do not hold it. */
const HUGE = 2 ** 32;

test.each([
  ['StartTransaction', { connectorId: HUGE, idTag: 'TAG', meterStart: 0, timestamp: AT }, 'transactionStarted'],
  [
    'MeterValues',
    { connectorId: HUGE, meterValue: [{ timestamp: AT, sampledValue: [{ value: '1' }] }] },
    'meterValuesReported',
  ],
] as const)(
  'R10: %s of an EVSE that nobody has is stored and answered, or it is sent for ever',
  async (action, payload, kind) => {
    station.send(JSON.stringify([2, 'odd', action, payload]));
    expect((await station.next()).slice(0, 2)).toEqual([3, 'odd']);
    expect(rig.log.of(kind)).toHaveLength(1);
  },
);

const info = { transactionId: 'TX' };
test.each([
  ['a sequence number', { seqNo: HUGE, evse: { id: 1, connectorId: 1 }, transactionInfo: info }],
  ['an EVSE', { seqNo: 0, evse: { id: HUGE, connectorId: HUGE }, transactionInfo: info }],
  [
    'a power of ten',
    {
      seqNo: 0,
      evse: { id: 1 },
      transactionInfo: info,
      meterValue: [{ timestamp: AT, sampledValue: [{ value: 1, unitOfMeasure: { multiplier: -HUGE } }] }],
    },
  ],
  ['a charging state', { seqNo: 0, evse: { id: 1 }, transactionInfo: { ...info, chargingState: 'constructor' } }],
])('R10: a TransactionEvent with %s that cannot be is stored and answered, or it is sent for ever', async (_, odd) => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
  const other = await booted(rig.url, { stationId: 'ST-2', password: 'pw', protocols: ['ocpp2.0.1'] });
  const event = { eventType: 'Started', timestamp: AT, triggerReason: 'CablePluggedIn', ...odd };
  other.send(JSON.stringify([2, 'odd', 'TransactionEvent', event]));
  expect((await other.next()).slice(0, 2)).toEqual([3, 'odd']);
  expect(rig.log.of('transactionStarted')).toHaveLength(1);
});

test('a status that is a word of JavaScript is no status', async () => {
  for (const status of ['constructor', '__proto__', 'toString']) {
    const said = { connectorId: 1, status, errorCode: 'NoError' };
    expect((await station.call('StatusNotification', said))[2]).toBe('OccurenceConstraintViolation');
  }
  expect(refusals()).toEqual(Array.from({ length: 3 }, () => ['schema', 'StatusNotification: no status']));
});

test('R11: a transaction message that cannot be read is durable before it is refused', async () => {
  expect((await station.call('StartTransaction', { idTag: 'TAG' }))[2]).toBe('OccurenceConstraintViolation');
  expect(refusals()).toEqual([['schema', 'StartTransaction: no connectorId']]);
  rig.log.mode = 'hangs';
  station.send('[2,"s2","StartTransaction",{}]');
  station.send('[2,"h2","Heartbeat",{}]');
  await roundTrip(station);
  rig.log.mode = 'works';
  const silent = Symbol('silent');
  expect(await Promise.race([station.next(), roundTrip(station).then(() => silent)])).toBe(silent);
});

test('A15: the first byte over the limit closes with 1009, and is told', async () => {
  const frame = (chars: number) => `[2,"big","DataTransfer",{"vendorId":"v","data":"${'x'.repeat(chars)}"}]`;
  const room = 65_536 - frame(0).length;
  station.send(frame(room));
  expect((await station.next())[0]).toBe(3);
  station.send(frame(room + 1));
  expect((await station.closed).code).toBe(1009);
  await until(() => rig.log.of('disconnected').length === 1);
  expect(refusals()).toEqual([['too-large', 'over the size limit']]);
});

test('A14, H64: an answer nobody asked for is recorded as unsolicited', async () => {
  station.send('[3,"guess",{"status":"Accepted"}]');
  station.send('[4,"guess","GenericError","",{}]');
  await roundTrip(station);
  expect(refusals().map(([reason]) => reason)).toEqual(['unsolicited', 'unsolicited']);
});

test('A17: one malformed frame too many in a minute closes with 1008; until then a minute of peace forgives', async () => {
  for (let i = 0; i < MAX_REFUSALS_PER_MINUTE; i += 1) station.send('rubbish');
  await roundTrip(station);
  rig.time.advance(60_000);
  for (let i = 0; i < MAX_REFUSALS_PER_MINUTE; i += 1) station.send('rubbish');
  await roundTrip(station);
  station.send('rubbish');
  expect((await station.closed).code).toBe(1008);
  await until(() => rig.log.of('disconnected').length === 1);
  expect(refusals()).toHaveLength(2 * MAX_REFUSALS_PER_MINUTE);
});

test('A17: messages of use to others are not malformed: however many, the station stays, and no more than so many are kept', async () => {
  for (let i = 0; i < 2 * MAX_REFUSALS_PER_MINUTE; i += 1) {
    expect((await station.call('FirmwareStatusNotification', { status: 'Idle' }))[2]).toBe('NotSupported');
  }
  const kept = ['unknown-action', 'FirmwareStatusNotification is not supported'];
  expect(refusals()).toEqual(Array.from({ length: MAX_REFUSALS_PER_MINUTE }, () => kept));
  station.send('rubbish');
  await stillAlive();
});

test('before boot: SecurityError, one wish to boot, and transaction data is stored all the same (I8, H59, H62)', async () => {
  rig.registry.stations.set('ST-3', { siteId: 'site-1', password: 'pw' });
  const early = await connect(rig.url, { stationId: 'ST-3', password: 'pw' });
  expect((await early.call('Heartbeat', {}))[2]).toBe('SecurityError');
  expect((await early.next()).slice(2)).toEqual(['TriggerMessage', { requestedMessage: 'BootNotification' }]);
  expect((await early.call('Authorize', { idTag: 'TAG' }))[2]).toBe('SecurityError');
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: AT };
  expect((await early.call('StartTransaction', start))[2]).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  expect(refusals()).toEqual([
    ['before-boot', 'Heartbeat'],
    ['before-boot', 'Authorize'],
  ]);
});

test.each([
  ['NotImplemented', (id: string) => [4, id, 'NotImplemented', 'TriggerMessage', {}], 3],
  ['Rejected', (id: string) => [3, id, { status: 'Rejected' }], 3],
  ['Accepted', (id: string) => [3, id, { status: 'Accepted' }], 'SecurityError'],
])(
  'H59: a station that is asked to boot and says %s is let in where that means no (2.0.1 F06.FR.17: who was accepted once says no)',
  async (_, answer, expected) => {
    rig.store.mode = 'works';
    rig.registry.stations.set('ST-3', { siteId: 'site-1', password: 'pw' });
    const early = await connect(rig.url, { stationId: 'ST-3', password: 'pw' });
    await early.call('Heartbeat', {});
    const [, id] = await early.next();
    early.send(JSON.stringify(answer(String(id))));
    const [kind, , code] = await early.call('Heartbeat', {});
    expect(kind === 3 ? kind : code).toBe(expected);
    // The next gateway, or this one after a restart, knows it as well.
    const arrival = await rig.store.arrivals.arrive(
      { stationId: stationId('ST-3'), siteId: siteId('site-1') },
      START_MS,
    );
    expect(arrival?.booted).toBe(expected === 3);
  },
);

test('H59: a station that booted on an earlier connection need not boot again', async () => {
  station.socket.close(1000);
  await station.closed;
  const again = await connect(rig.url);
  expect((await again.call('Heartbeat', {}))[0]).toBe(3);
});
