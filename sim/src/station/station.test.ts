import { afterEach, describe, expect, test } from '@jest/globals';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import type { OcppVersion } from './dialect.ts';
import { PROFILE_BOUNDS } from './station-config.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

async function start(version: OcppVersion, over: Parameters<typeof setUp>[1] = {}): Promise<Bench> {
  bench = await setUp(version, over);
  bench.station.start();
  await bench.online();
  return bench;
}

interface Wanted {
  readonly purpose: 'TxDefaultProfile' | 'TxProfile';
  readonly limitA: number;
  readonly startMs?: number;
  readonly durationS?: number;
  readonly id?: number;
}

/** SetChargingProfile of either version, as the platform would send it. */
function profileRequest(version: OcppVersion, b: Bench, wanted: Wanted): Json {
  const schedule = {
    chargingRateUnit: 'A',
    ...(wanted.startMs === undefined ? {} : { startSchedule: new Date(wanted.startMs).toISOString() }),
    ...(wanted.durationS === undefined ? {} : { duration: wanted.durationS }),
    chargingSchedulePeriod: [{ startPeriod: 0, limit: wanted.limitA }],
  };
  const lease = wanted.purpose === 'TxProfile';
  const common = {
    stackLevel: lease ? 1 : 0,
    chargingProfilePurpose: wanted.purpose,
    chargingProfileKind: lease ? 'Absolute' : 'Relative',
  };
  const id = b.station.bay(1)?.transaction?.id;
  const profileId = wanted.id ?? (lease ? 2 : 1);
  if (version === '1.6') {
    const tx = lease ? { transactionId: Number(id) } : {};
    return {
      connectorId: 1,
      csChargingProfiles: { chargingProfileId: profileId, ...tx, ...common, chargingSchedule: schedule },
    };
  }
  const tx = lease ? { transactionId: id } : {};
  return {
    evseId: 1,
    chargingProfile: { id: profileId, ...tx, ...common, chargingSchedule: [{ id: 1, ...schedule }] },
  };
}

const VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1'];

describe.each(VERSIONS)('a station of OCPP %s', (version) => {
  test('connects with Basic auth, its id as user and its subprotocol, and boots before anything else', async () => {
    const b = await start(version);
    const basic = Buffer.from('ST-001:a-password-of-20-chr').toString('base64');
    expect(b.central.handshakes[0]).toEqual({
      path: '/ocpp/ST-001',
      authorization: `Basic ${basic}`,
      protocol: version === '1.6' ? 'ocpp1.6' : 'ocpp2.0.1',
    });
    await until('a status', () => b.central.of('StatusNotification').length > 0);
    expect(b.central.received[0]?.action).toBe('BootNotification');
  });

  test('charges under the lease, and falls to its TxDefaultProfile when the lease ends in silence', async () => {
    const b = await start(version);
    const { station, central, time } = b;
    const fallback = profileRequest(version, b, { purpose: 'TxDefaultProfile', limitA: 6 });
    expect(await central.call('SetChargingProfile', fallback)).toEqual([3, expect.any(String), { status: 'Accepted' }]);

    station.plug(1, HUNGRY);
    expect(await station.tap(1, 'CARD-1')).toBe('started');
    await until('the start is acknowledged', () => station.waiting() === 0);
    await b.run(10);
    expect(station.bay(1)).toMatchObject({ status: 'charging', currentA: 6, obeyed: { source: 'tx-default' } });

    const lease = {
      purpose: 'TxProfile',
      limitA: 20,
      startMs: time.nowMs() + station.skewMs(),
      durationS: 60,
    } as const;
    await central.call('SetChargingProfile', profileRequest(version, b, lease));
    await b.run(10);
    expect(station.bay(1)).toMatchObject({ offeredA: 20, currentA: 20, powerW: 13_800, obeyed: { source: 'tx' } });

    await b.run(49);
    expect(station.bay(1)?.offeredA).toBe(20);
    await b.run(1);
    expect(station.bay(1)).toMatchObject({ offeredA: 6, obeyed: { source: 'tx-default' } });
    await b.run(5);
    expect(station.bay(1)?.currentA).toBe(6);

    station.unplug(1);
    await b.run(1);
    expect(station.bay(1)).toMatchObject({ status: 'available', currentA: 0 });
    const last = b.central.received.findLast((one) => one.action !== 'StatusNotification');
    expect(last?.action).toBe(version === '1.6' ? 'StopTransaction' : 'TransactionEvent');
    expect(station.ledger().limits.map((limit) => limit.limitA)).toEqual([32, 6, 20, 6]);
  });

  test('a lease ends at its own instant, also between two ticks', async () => {
    const b = await start(version);
    await b.central.call('SetChargingProfile', profileRequest(version, b, { purpose: 'TxDefaultProfile', limitA: 6 }));
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(5);
    const startMs = b.time.nowMs() - 600;
    const lease = { purpose: 'TxProfile', limitA: 20, startMs, durationS: 30 } as const;
    await b.central.call('SetChargingProfile', profileRequest(version, b, lease));
    await b.run(40);
    expect(b.station.ledger().limits.at(-1)).toMatchObject({ atMs: startMs + 30_000, limitA: 6, source: 'tx-default' });
    const after = b.station.ledger().currents.filter((one) => one.atMs > startMs + 30_000 + 2_000);
    expect(after.map((one) => one.l1A)).toEqual(after.map(() => 6));
  });

  test('forgets the leases of ended transactions: the store never fills up with them', async () => {
    const b = await start(version);
    for (let i = 0; i < PROFILE_BOUNDS.maxProfilesPerEvse + 1; i += 1) {
      b.station.plug(1, HUNGRY);
      await b.station.tap(1, 'CARD-1');
      await b.run(1);
      const lease = { purpose: 'TxProfile', limitA: 20, startMs: b.time.nowMs(), durationS: 600, id: 100 + i } as const;
      const [, , answer] = await b.central.call('SetChargingProfile', profileRequest(version, b, lease));
      expect(answer).toEqual({ status: 'Accepted' });
      b.station.unplug(1);
      await b.run(1);
    }
  });

  test('keeps one CALL outstanding at the most', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    // Twenty seconds at once: samples pile up behind the first.
    b.time.advance(20_000);
    expect(b.station.waiting()).toBeGreaterThan(1);
    await b.run(5);
    expect(b.central.mostOutstanding()).toBe(1);
  });

  test('queues transaction messages while the link is cut and sends them in order afterwards', async () => {
    const b = await start(version);
    const { station, central } = b;
    station.plug(1, HUNGRY);
    await station.tap(1, 'CARD-1');
    await b.run(3);
    station.cutLink();
    await until('the server saw the loss', () => !central.connected());
    const before = central.received.length;
    await b.run(35);
    station.unplug(1);
    expect(station.waiting()).toBeGreaterThan(3);
    expect(central.received.length).toBe(before);
    const unsent = station.ledger().messages.filter((message) => message.acknowledgedAtMs === undefined);
    expect(unsent.length).toBe(station.waiting());

    station.restoreLink();
    await b.online();
    await until('the queue is empty', () => station.waiting() === 0);
    const sent = central.received
      .slice(before)
      .filter((one) => ['MeterValues', 'StopTransaction', 'TransactionEvent'].includes(one.action));
    expect(sent.map((one) => one.messageId)).toEqual(unsent.map((message) => message.messageId));
    const { messages } = station.ledger();
    expect(messages.every((message) => message.acknowledgedAtMs !== undefined && message.attempts === 1)).toBe(true);
    expect(messages.at(-1)?.action).toBe(version === '1.6' ? 'StopTransaction' : 'TransactionEvent');
  });

  test('a message that was on the wire when the link broke is sent again, first, under the same id', async () => {
    const b = await start(version);
    const { station, central } = b;
    const action = version === '1.6' ? 'StartTransaction' : 'TransactionEvent';
    const usual = central.answers.get(action);
    central.answers.set(action, () => 'silence');
    station.plug(1, HUNGRY);
    await station.tap(1, 'CARD-1');
    await until('the start arrived', () => central.of(action).length === 1);
    if (usual === undefined) central.answers.delete(action);
    else central.answers.set(action, usual);
    central.dropAll();
    await until('the station saw the loss', () => !station.isOnline());
    b.time.advance(2_000);
    await b.online();
    await until('the queue is empty', () => station.waiting() === 0);
    const [first, second] = central.of(action);
    expect(second).toEqual(first);
    expect(station.ledger().messages[0]).toMatchObject({ action, attempts: 2, messageId: first?.messageId });
    expect(station.ledger().messages[0]?.acknowledgedAtMs).toBeDefined();
  });

  test('waits the interval of a Pending boot before it boots again, and sends nothing else meanwhile', async () => {
    bench = await setUp(version);
    const { station, central, time } = bench;
    central.answers.set('BootNotification', () => ({
      status: 'Pending',
      currentTime: new Date(time.nowMs()).toISOString(),
      interval: 7,
    }));
    station.start();
    await until('a boot', () => central.of('BootNotification').length === 1);
    await bench.run(6);
    expect(central.received.map((one) => one.action)).toEqual(['BootNotification']);
    expect(station.isOnline()).toBe(false);
    central.answers.set('BootNotification', () => ({
      status: 'Accepted',
      currentTime: new Date(time.nowMs()).toISOString(),
      interval: 300,
    }));
    await until('the pending answer is read', () => {
      time.advance(500);
      return central.of('BootNotification').length === 2;
    });
    await bench.online();
  });

  test('sets its clock from the boot answer, within its error, and runs leases on it', async () => {
    bench = await setUp(version, { persona: { clockErrorMs: 1_000, initialSkewMs: -3_600_000 } });
    const { station } = bench;
    expect(station.skewMs()).toBe(-3_600_000);
    station.start();
    await bench.online();
    expect(Math.abs(station.skewMs())).toBeLessThanOrEqual(1_000);
    expect(station.skewMs()).not.toBe(0);
  });

  test('a refused card starts nothing', async () => {
    const b = await start(version);
    b.central.answers.set('Authorize', () =>
      version === '1.6' ? { idTagInfo: { status: 'Blocked' } } : { idTokenInfo: { status: 'Blocked' } },
    );
    b.station.plug(1, HUNGRY);
    expect(await b.station.tap(1, 'CARD-1')).toBe('refused');
    expect(b.station.bay(1)).toMatchObject({ status: 'preparing', currentA: 0 });
    expect(b.station.ledger().messages).toEqual([]);
  });

  test('reports a change of rate within three seconds, and once more when the car has followed', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(31);
    const action = version === '1.6' ? 'MeterValues' : 'TransactionEvent';
    const before = b.central.of(action).length;
    await b.central.call('SetChargingProfile', profileRequest(version, b, { purpose: 'TxDefaultProfile', limitA: 10 }));
    await b.run(2);
    expect(b.central.of(action).length).toBe(before + 1);
    const values = JSON.stringify(b.central.of(action).at(-1)?.payload);
    expect(b.station.bay(1)?.currentA).toBeGreaterThan(10);
    expect(values).toContain('Current.Offered');
    expect(values).toMatch(version === '1.6' ? /"value":"10\.0","unit":"A"/ : /"value":10[,}]/);
    await b.run(2);
    expect(b.central.of(action).length).toBe(before + 2);
    expect(b.station.bay(1)?.currentA).toBe(10);
  });

  test('leaves an unknown request unanswered by a result: NotImplemented, or NotSupported where the standard has it', async () => {
    const b = await start(version);
    const codeOf = async (action: string, payload: Json): Promise<unknown> => {
      const [kind, , code] = await b.central.call(action, payload);
      return kind === 4 ? code : 'a result';
    };
    expect(await codeOf('MakeCoffee', {})).toBe('NotImplemented');
    expect(await codeOf('UnlockConnector', {})).toBe('NotSupported');
    b.central.raw('{"not": "a frame"}');
    b.central.raw('not json');
    const malformed = await codeOf('SetChargingProfile', { connectorId: 1, evseId: 1 });
    expect(malformed).toBe(version === '1.6' ? 'FormationViolation' : 'FormatViolation');
    expect(b.station.isOnline()).toBe(true);
  });

  test('reboots on Reset: ends its transaction, comes back, boots again', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(2);
    const answer = await b.central.call('Reset', { type: version === '1.6' ? 'Soft' : 'Immediate' });
    expect(answer).toMatchObject([3, expect.any(String), { status: 'Accepted' }]);
    await until('the link is gone', () => !b.central.connected());
    await until('no more online', () => !b.station.isOnline());
    b.time.advance(5_000);
    await b.online();
    await until('the queue is empty', () => b.station.waiting() === 0);
    expect(b.central.of('BootNotification').length).toBe(2);
    expect(b.station.bay(1)).toMatchObject({ status: 'finishing', currentA: 0 });
  });

  test.each([
    [false, 'tx-default'],
    [true, 'hardware'],
  ])('H91: after a restart a station whose memory does not last (%s) obeys %s', async (forgetsOnReboot, source) => {
    const b = await start(version, { persona: { clockErrorMs: 0, forgetsOnReboot } });
    await b.central.call('SetChargingProfile', profileRequest(version, b, { purpose: 'TxDefaultProfile', limitA: 6 }));
    expect(b.station.bay(1)?.obeyed.source).toBe('tx-default');
    await b.central.call('Reset', { type: version === '1.6' ? 'Soft' : 'Immediate' });
    await until('no more online', () => !b.station.isOnline());
    b.time.advance(5_000);
    await b.online();
    await b.run(1);
    expect(b.station.bay(1)?.obeyed.source).toBe(source);
  });
});
