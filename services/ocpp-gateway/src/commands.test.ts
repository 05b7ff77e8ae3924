import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayV1, stationV1 } from '@headroom/contracts';
import { COMMAND_QUEUE_WAIT_MS, MAX_QUEUED_CALLS } from './app/outbound.ts';
import { MAX_BATCH_COMMANDS } from './app/send-batch.ts';
import { PASSWORD, type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, roundTrip, type TestStation, until } from './testing/station.ts';

const { Verdict, ProfilePurpose } = gatewayV1;
const { CommandStatus } = stationV1;
let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

type Change = Partial<Omit<gatewayV1.StationCommand, 'action'>> & {
  readonly profile?: Partial<gatewayV1.SetChargingProfile>;
};

function command(seq: bigint, change: Change = {}): gatewayV1.StationCommand {
  const { profile, ...rest } = change;
  return {
    commandId: `c${seq}`,
    seq,
    stationId: 'ST-1',
    connectionGeneration: BigInt(START_MS),
    notAfterMs: BigInt(rig.time.nowMs() + 5_000),
    action: {
      $case: 'setChargingProfile',
      value: {
        evse: 1,
        profileId: 1,
        stackLevel: 1,
        purpose: ProfilePurpose.TX,
        transactionId: '42',
        startScheduleMs: BigInt(START_MS),
        durationS: 120,
        periods: [{ startS: 0, limitDeciA: 163, numberPhases: 0 }],
        ...profile,
      },
    },
    ...rest,
  };
}

async function send(commands: gatewayV1.StationCommand[], dispatcherEpoch = 7n): Promise<readonly gatewayV1.Verdict[]> {
  const { verdicts } = await rig.commands.sendBatch(
    { shard: 0, dispatcherEpoch, commands, givenUp: [] },
    { deadlineMs: 4_000 },
  );
  expect(verdicts.map((one) => one.commandId)).toEqual(commands.map((one) => one.commandId));
  return verdicts.map((one) => one.verdict);
}

const answers = () => rig.log.of('commandAnswered').map(({ commandId, status, detail }) => [commandId, status, detail]);
const accept = (frame: readonly unknown[]) => station.send(JSON.stringify([3, frame[1], { status: 'Accepted' }]));

test('ADR 22: a connection that was given up is closed, so that its station dials anew; a newer one of it stays', async () => {
  const giveUp = (connectionGeneration: bigint) =>
    rig.commands.sendBatch(
      { shard: 0, dispatcherEpoch: 7n, commands: [], givenUp: [{ stationId: 'ST-1', connectionGeneration }] },
      { deadlineMs: 4_000 },
    );
  await giveUp(BigInt(START_MS - 1));
  expect(await send([command(1n)])).toEqual([Verdict.WRITTEN]);
  await giveUp(BigInt(START_MS));
  expect(await station.closed).toEqual({
    code: 1012,
    reason: 'this connection was given up while its gateway was silent',
  });
});

test('a station that is asked what it can do answers with its settings, whatever is wrong with their form, or with an error', async () => {
  const question = (seq: bigint): gatewayV1.StationCommand => ({
    ...command(seq),
    action: { $case: 'readCapabilities', value: { setpointEvses: [] } },
  });
  expect(await send([question(1n)])).toEqual([Verdict.WRITTEN]);
  const asked = await station.next();
  expect(asked[2]).toBe('GetConfiguration');
  const key = { key: 'chargeprofilemaxstacklevel', value: 8 };
  station.send(JSON.stringify([3, asked[1], { configurationKey: [key, { key: 'Other', readonly: false }] }]));
  await until(() => answers().length === 1);
  expect(await send([question(2n)])).toEqual([Verdict.WRITTEN]);
  station.send(JSON.stringify([4, (await station.next())[1], 'NotSupported', '', {}]));
  await until(() => answers().length === 2);
  expect(rig.log.of('commandAnswered')).toMatchObject([
    {
      ...{ commandId: 'c1', status: CommandStatus.ACCEPTED },
      settings: [
        { name: 'ChargeProfileMaxStackLevel', value: '8' },
        { name: 'ChargingScheduleAllowedChargingRateUnit', value: undefined },
        { name: 'ChargingScheduleMaxPeriods' },
        { name: 'MaxChargingProfilesInstalled' },
        { name: 'ConnectorSwitch3to1PhaseSupported' },
      ],
    },
    { commandId: 'c2', status: CommandStatus.FAILED, detail: 'NotSupported', settings: [] },
  ]);
});

test('K09: a station of 2.0.1 is asked which profiles it holds, and its report names the question; 1.6 cannot say it', async () => {
  const readProfiles = (seq: bigint, stationId: string): gatewayV1.StationCommand => ({
    ...command(seq),
    stationId,
    action: { $case: 'readProfiles', value: { requestId: 2_147_483_647 } },
  });
  expect(await send([readProfiles(1n, 'ST-1')])).toEqual([Verdict.REFUSED]);
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const newer = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.0.1'] });
  expect(await send([readProfiles(2n, 'ST-2')])).toEqual([Verdict.WRITTEN]);
  const asked = await newer.next();
  expect([asked[2], asked[3]]).toEqual(['GetChargingProfiles', { requestId: 2_147_483_647, chargingProfile: {} }]);
  newer.send(JSON.stringify([3, asked[1], { status: 'NoProfiles' }]));
  await until(() => answers().length === 1);
  expect(answers()).toEqual([['c2', CommandStatus.REJECTED, 'NoProfiles']]);
  const profile = (purpose: string, id: number) => ({
    ...{ id, stackLevel: 3, chargingProfilePurpose: purpose, chargingProfileKind: 'Absolute' },
    chargingSchedule: [
      {
        ...{ id: 1, startSchedule: '2026-11-21T08:00:00Z', chargingRateUnit: 'A' },
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      },
    ],
  });
  const ends = { validTo: new Date(START_MS + 60_000).toISOString() };
  const chargingProfile = [
    { ...profile('TxDefaultProfile', 77), ...ends },
    profile('ChargingStationExternalConstraints', 78),
  ];
  const report = { requestId: 2_147_483_647, evseId: 1, chargingLimitSource: 'EMS', tbc: true, chargingProfile };
  expect((await newer.call('ReportChargingProfiles', report))[2]).toEqual({});
  await until(() => rig.log.of('chargingLimitNotified').length === 1);
  const held = { stackLevel: 3, inWatts: false, most: 160n };
  expect(rig.log.of('chargingProfilesReported')).toMatchObject([
    {
      ...{ requestId: 2_147_483_647n, evse: 1, source: 'EMS', toBeContinued: true, truncated: false },
      profiles: [
        { ...held, profileId: 77n, purpose: 'TxDefaultProfile', endsAtMs: BigInt(START_MS + 60_000) },
        { ...held, profileId: 78n, purpose: 'ChargingStationExternalConstraints' },
      ],
    },
  ]);
  // K11: it may have begun while nobody listened.
  expect(rig.log.of('chargingLimitNotified')).toMatchObject([
    {
      ...{ evse: 1, source: 'EMS', localGeneration: false },
      schedules: [{ inWatts: false, steps: [{ fromMs: BigInt(START_MS), limit: 160n }] }],
    },
  ]);
  // The frame stands in the log once, not twice.
  expect(rig.log.of('chargingLimitNotified')[0]?.fact.rawFrame).toHaveLength(0);
});

test('K28, SI15: a station of 2.1 pulls what was written to it, and nothing that the fence held back, or that it refused', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const newest = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.1', 'ocpp1.6'] });
  const pull = async () => (await newest.call('PullDynamicScheduleUpdate', { chargingProfileId: 12 }))[2];
  const lease = (seq: bigint, limitDeciA: number): gatewayV1.StationCommand =>
    command(seq, {
      stationId: 'ST-2',
      profile: {
        profileId: 12,
        durationS: 20,
        maxOfflineS: 120,
        periods: [{ startS: 0, limitDeciA, numberPhases: 0 }],
      },
    });
  expect(await pull()).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotFound' } });
  const permanent = command(1n, {
    stationId: 'ST-2',
    profile: {
      ...{ profileId: 11, purpose: ProfilePurpose.TX_DEFAULT, transactionId: '' },
      ...{ startScheduleMs: undefined, durationS: undefined },
      periods: [{ startS: 0, limitDeciA: 60, numberPhases: 0 }],
    },
  });
  for (const one of [permanent, lease(2n, 163)]) {
    expect(await send([one])).toEqual([Verdict.WRITTEN]);
    const frame = await newest.next();
    newest.send(JSON.stringify([3, frame[1], { status: 'Accepted' }]));
  }
  await until(() => answers().length === 2);
  expect(await pull()).toEqual({ status: 'Accepted', scheduleUpdate: { limit: 16.3 } });
  // A word of an owner that has been replaced never reaches the socket, nor this.
  await rig.epochs.take(0);
  expect(await send([{ ...lease(1n, 320) }], 6n)).toEqual([Verdict.EPOCH]);
  expect(await pull()).toEqual({ status: 'Accepted', scheduleUpdate: { limit: 16.3 } });
  expect(await send([lease(3n, 200)])).toEqual([Verdict.WRITTEN]);
  const raised = await newest.next();
  expect(raised[3]).toMatchObject({ chargingProfile: { maxOfflineDuration: 120, invalidAfterOfflineDuration: true } });
  newest.send(JSON.stringify([3, raised[1], { status: 'Rejected' }]));
  await until(() => answers().length === 3);
  expect(await pull()).toMatchObject({ status: 'Rejected' });
  expect(await send([lease(4n, 100)])).toEqual([Verdict.WRITTEN]);
  newest.send(JSON.stringify([3, (await newest.next())[1], { status: 'Accepted' }]));
  await until(() => answers().length === 4);
  expect(await pull()).toEqual({ status: 'Accepted', scheduleUpdate: { limit: 10 } });
  rig.time.advance(11_000);
  expect(await pull()).toEqual({ status: 'Accepted', scheduleUpdate: { limit: 6 } });
  expect(rig.log.of('connected').at(-1)).toMatchObject({ ocppVersion: stationV1.OcppVersion.OCPP_VERSION_2_1 });
});

test('a station that disobeys is asked what it has, for a sample, to stop, and to leave service', async () => {
  const actions: readonly gatewayV1.StationCommand['action'][] = [
    { $case: 'readComposite', value: { evse: 1, rateUnit: gatewayV1.RateUnit.W, durationS: 180 } },
    { $case: 'triggerSample', value: { evse: 1 } },
    { $case: 'stopTransaction', value: { transactionId: '42' } },
    { $case: 'setAvailability', value: { evse: 1, operative: false } },
  ];
  const asked: unknown[] = [];
  for (const [index, action] of actions.entries()) {
    expect(await send([{ ...command(BigInt(index + 1)), action }])).toEqual([Verdict.WRITTEN]);
    const frame = await station.next();
    asked.push([frame[2], frame[3]]);
    const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] };
    station.send(JSON.stringify([3, frame[1], { status: 'Accepted', ...(index === 0 ? { chargingSchedule } : {}) }]));
    await until(() => answers().length === index + 1);
  }
  expect(asked).toEqual([
    ['GetCompositeSchedule', { connectorId: 1, duration: 180, chargingRateUnit: 'W' }],
    ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 }],
    ['RemoteStopTransaction', { transactionId: 42 }],
    ['ChangeAvailability', { connectorId: 1, type: 'Inoperative' }],
  ]);
  expect(answers()).toEqual([
    ['c1', CommandStatus.ACCEPTED, '32 A'],
    ['c2', CommandStatus.ACCEPTED, 'Accepted'],
    ['c3', CommandStatus.ACCEPTED, 'Accepted'],
    ['c4', CommandStatus.ACCEPTED, 'Accepted'],
  ]);
  const composites = rig.log.of('commandAnswered').map(({ composite }) => composite);
  const said = { inWatts: false, startMs: undefined, durationS: undefined };
  expect(composites).toEqual([
    { ...said, steps: [{ fromS: 0, limit: 320n, phases: 0 }] },
    undefined,
    undefined,
    undefined,
  ]);
});

test('a command is written, its verdict comes at once, and the answer of the station becomes a fact', async () => {
  expect(await send([command(1n)])).toEqual([Verdict.WRITTEN]);
  const frame = await station.next();
  expect(frame.slice(2)).toMatchObject([
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        transactionId: 42,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { duration: 120, chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.3 }] },
      },
    },
  ]);
  expect(answers()).toEqual([]);
  accept(frame);
  await roundTrip(station);
  expect(answers()).toEqual([['c1', CommandStatus.ACCEPTED, 'Accepted']]);
});

test('2.0.1 is told in its own words', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
  const other = await booted(rig.url, { stationId: 'ST-2', password: 'pw', protocols: ['ocpp2.0.1'] });
  expect(await send([command(1n, { stationId: 'ST-2', profile: { transactionId: 'tx-7' } })])).toEqual([
    Verdict.WRITTEN,
  ]);
  expect((await other.next()).slice(2)).toMatchObject([
    'SetChargingProfile',
    {
      evseId: 1,
      chargingProfile: { id: 1, transactionId: 'tx-7', chargingSchedule: [{ id: 1, chargingRateUnit: 'A' }] },
    },
  ]);
});

test('H82: a station of watts is told watts; a gateway that does not know the field says 0 A', async () => {
  const periods = [{ startS: 0, limitDeciA: 0, limitW: 11_040n, numberPhases: 3 }];
  expect(await send([command(1n, { profile: { rateUnit: gatewayV1.RateUnit.W, periods } })])).toEqual([
    Verdict.WRITTEN,
  ]);
  const schedule = {
    chargingRateUnit: 'W',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_040, numberPhases: 3 }],
  };
  const frame = await station.next();
  expect(frame[3]).toMatchObject({ csChargingProfiles: { chargingSchedule: schedule } });
  accept(frame);
  expect(await send([command(2n, { profile: { periods } })])).toEqual([Verdict.WRITTEN]);
  const older = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] };
  expect((await station.next())[3]).toMatchObject({ csChargingProfiles: { chargingSchedule: older } });
});

test('a refusal, an error and silence of the station are told apart', async () => {
  await send([command(1n)]);
  station.send(JSON.stringify([3, (await station.next())[1], { status: 'NotSupported' }]));
  await roundTrip(station);
  await send([command(2n)]);
  station.send(JSON.stringify([4, (await station.next())[1], 'Error']));
  await roundTrip(station);
  await send([command(3n)]);
  station.send(JSON.stringify([3, (await station.next())[1], { status: 'Sure' }]));
  await roundTrip(station);
  await send([command(4n)]);
  const late = await station.next();
  rig.time.advance(30_000);
  expect(answers()).toEqual([
    ['c1', CommandStatus.REJECTED, 'NotSupported'],
    ['c2', CommandStatus.FAILED, 'Error'],
    ['c3', CommandStatus.FAILED, expect.stringContaining('schema')],
    ['c4', CommandStatus.UNANSWERED, 'no answer in time'],
  ]);
  // H65: what comes late updates the state of that command only.
  accept(late);
  await roundTrip(station);
  expect(answers().at(-1)).toEqual(['c4', CommandStatus.ACCEPTED, 'Accepted']);
});

test('O4: a lower epoch of the shard never reaches the wire, at whatever station the higher one was seen', async () => {
  expect(await send([command(1n, { stationId: 'ST-9' })], 8n)).toEqual([Verdict.NOT_CONNECTED]);
  expect(await send([command(2n)], 7n)).toEqual([Verdict.EPOCH]);
  expect(await send([command(1n)], 8n)).toEqual([Verdict.WRITTEN]);
});

test('O4, HO-3: a known seq is already written, a lower unknown one is stale, a new epoch counts anew', async () => {
  expect(await send([command(5n)])).toEqual([Verdict.WRITTEN]);
  accept(await station.next());
  await roundTrip(station);
  expect(await send([command(5n), command(4n)])).toEqual([Verdict.ALREADY_WRITTEN, Verdict.STALE_SEQ]);
  expect(await send([command(1n)], 8n)).toEqual([Verdict.WRITTEN]);
});

test('another generation, or a time that has passed: nothing is written', async () => {
  expect(await send([command(1n, { connectionGeneration: BigInt(START_MS - 1) })])).toEqual([Verdict.GENERATION]);
  expect(await send([command(2n, { notAfterMs: BigInt(START_MS - 1) })])).toEqual([Verdict.TOO_LATE]);
  expect(await send([command(3n, { notAfterMs: BigInt(START_MS) })])).toEqual([Verdict.WRITTEN]);
  expect((await station.next())[2]).toBe('SetChargingProfile');
  await roundTrip(station);
  expect(answers()).toEqual([]);
});

test.each<[string, Partial<gatewayV1.SetChargingProfile>]>([
  ['a transaction id that 1.6 cannot say', { transactionId: 'tx-7' }],
  ['a negative limit', { periods: [{ startS: 0, limitDeciA: -1, numberPhases: 0 }] }],
  ['no period', { periods: [] }],
])('%s is refused, and costs the seq nothing', async (_, profile) => {
  expect(await send([command(1n, { profile })])).toEqual([Verdict.REFUSED]);
  expect(await send([command(1n)])).toEqual([Verdict.WRITTEN]);
});

test('X8: a second command waits for the answer to the first, and is then judged anew', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n, { profile: { evse: 2 } })]);
  const first = await station.next();
  await roundTrip(station);
  accept(first);
  expect(await waiting).toEqual([Verdict.WRITTEN]);
  expect((await station.next())[3]).toMatchObject({ connectorId: 2 });
});

test('a command behind an unanswered call is given back unwritten after a while', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n)]);
  await roundTrip(station);
  rig.time.advance(COMMAND_QUEUE_WAIT_MS + 1);
  expect(await waiting).toEqual([Verdict.REFUSED]);
  expect(await send([command(2n, { notAfterMs: 0n })])).toEqual([Verdict.TOO_LATE]);
});

test('an epoch that is fenced while its command waits: nothing is written', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n)]);
  await roundTrip(station);
  await send([command(1n, { stationId: 'ST-9' })], 8n);
  accept(await station.next());
  expect(await waiting).toEqual([Verdict.EPOCH]);
});

test('a newer command for the same EVSE and purpose takes the place of one that waits; an older one does not', async () => {
  await send([command(1n)]);
  const [replaced, newest] = [send([command(2n)]), send([command(3n)])];
  expect(await replaced).toEqual([Verdict.REFUSED]);
  expect(await send([command(2n)])).toEqual([Verdict.STALE_SEQ]);
  const repeated = send([command(3n)]);
  accept(await station.next());
  expect(await newest).toEqual([Verdict.WRITTEN]);
  expect(await repeated).toEqual([Verdict.WRITTEN]);
  await station.next();
  const nothing = Symbol('nothing');
  expect(await Promise.race([station.next(), roundTrip(station).then(() => nothing)])).toBe(nothing);
});

test('R13: the first command over the queue is refused at once', async () => {
  await send([command(1n)]);
  const waiting = Array.from({ length: MAX_QUEUED_CALLS }, (_, i) =>
    send([command(BigInt(i + 2), { profile: { evse: i + 2 } })]),
  );
  await roundTrip(station);
  expect(await send([command(99n, { profile: { evse: 99 } })])).toEqual([Verdict.REFUSED]);
  rig.time.advance(COMMAND_QUEUE_WAIT_MS + 1);
  expect((await Promise.all(waiting)).flat()).toEqual(waiting.map(() => Verdict.REFUSED));
});

test('R13: the first command over a batch refuses the batch', async () => {
  const commands = Array.from({ length: MAX_BATCH_COMMANDS + 1 }, (_, i) => command(BigInt(i)));
  await expect(send(commands)).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('the connection ends: what was written stays unanswered, what waited was never written', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n)]);
  await roundTrip(station);
  station.socket.terminate();
  expect(await waiting).toEqual([Verdict.NOT_CONNECTED]);
  await until(() => rig.log.of('disconnected').length === 1);
  expect(answers()).toEqual([['c1', CommandStatus.UNANSWERED, 'the connection ended first']]);
});

test('O5, HO-4: a fresh gateway that cannot read the epochs passes fallbacks only, and knows them once it can', async () => {
  await rig.stop();
  rig = await startRig({}, { epochsAway: true });
  station = await booted(rig.url);
  for (let epoch = 0; epoch < 8; epoch += 1) await rig.epochs.take(0);
  const zombie = 7n;
  // Whatever a zombie says first must not make it the highest known.
  expect(
    await send([command(1n, { profile: { periods: [{ startS: 0, limitDeciA: 0, numberPhases: 0 }] } })], zombie),
  ).toEqual([Verdict.EPOCH]);
  const fallback = {
    purpose: ProfilePurpose.TX_DEFAULT,
    transactionId: '',
    startScheduleMs: undefined,
    durationS: undefined,
  };
  expect(await send([command(2n, { profile: fallback })], 8n)).toEqual([Verdict.WRITTEN]);
  accept(await station.next());
  await roundTrip(station);
  rig.epochs.away = false;
  expect(await send([command(3n)], zombie)).toEqual([Verdict.EPOCH]);
  expect(await send([command(4n)], 8n)).toEqual([Verdict.WRITTEN]);
});

test('HO-2: an empty batch is a fence: from then on the epochs below it are refused', async () => {
  expect(await send([], 9n)).toEqual([]);
  expect(await send([command(1n)], 8n)).toEqual([Verdict.EPOCH]);
  expect(await send([command(1n)], 9n)).toEqual([Verdict.WRITTEN]);
});

test('O4: SIGSTOP: a batch that waited in a frozen gateway for the epochs is refused when it wakes', async () => {
  await rig.stop();
  rig = await startRig({}, { epochsAway: 'hangs' });
  station = await booted(rig.url);
  const waiting = send([command(1n)], 7n);
  await roundTrip(station);
  // 20 s asleep; the table of epochs answers as the first thing after waking, before any timer.
  rig.frozenFor(20_000);
  rig.epochs.away = false;
  expect(await waiting).toEqual([Verdict.TOO_LATE]);
  expect(await nothingWritten()).toBe(true);
});

test('O4: SIGSTOP: a command that waited behind an unanswered call is judged at the write, and refused', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n, { profile: { evse: 2 } })]);
  const first = await station.next();
  await roundTrip(station);
  rig.frozenFor(20_000);
  // The answer lay in the socket while the gateway slept.
  accept(first);
  expect(await waiting).toEqual([Verdict.TOO_LATE]);
  expect(await nothingWritten()).toBe(true);
});

test('O4: SIGSTOP: an epoch that was taken meanwhile, and fenced here by another batch, is found at the write', async () => {
  await send([command(1n)]);
  const waiting = send([command(2n, { notAfterMs: BigInt(START_MS + 60_000), profile: { evse: 2 } })]);
  const first = await station.next();
  await roundTrip(station);
  rig.frozenFor(20_000);
  expect(await send([], 8n)).toEqual([]);
  accept(first);
  expect(await waiting).toEqual([Verdict.EPOCH]);
  expect(await nothingWritten()).toBe(true);
});

async function nothingWritten(): Promise<boolean> {
  const nothing = Symbol('nothing');
  return (await Promise.race([station.next(), roundTrip(station).then(() => nothing)])) === nothing;
}

test('K28: a dynamic lease is written as one, an update tells its limit alone; each is answered, and pulled from then on', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const newest = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.1'] });
  const lease = (seq: bigint, limitDeciA: number, update: boolean): gatewayV1.StationCommand =>
    command(seq, {
      stationId: 'ST-2',
      profile: {
        ...{ profileId: 12, durationS: 120, dynamic: true },
        ...(update ? { update } : {}),
        periods: [{ startS: 0, limitDeciA, numberPhases: 0 }],
      },
    });
  const written = async (one: gatewayV1.StationCommand, status: string) => {
    expect(await send([one])).toEqual([Verdict.WRITTEN]);
    const frame = await newest.next();
    newest.send(JSON.stringify([3, frame[1], { status }]));
    return [frame[2], frame[3]];
  };
  const [action, payload] = await written(lease(1n, 163, false), 'Accepted');
  expect(action).toBe('SetChargingProfile');
  expect(payload).toMatchObject({
    chargingProfile: { id: 12, chargingProfileKind: 'Dynamic', validTo: expect.stringMatching(/Z$/u) },
  });
  expect(await written(lease(2n, 100, true), 'Accepted')).toEqual([
    'UpdateDynamicSchedule',
    { chargingProfileId: 12, scheduleUpdate: { limit: 10 } },
  ]);
  await until(() => answers().length === 2);
  const pull = async () => (await newest.call('PullDynamicScheduleUpdate', { chargingProfileId: 12 }))[2];
  expect(await pull()).toEqual({ status: 'Accepted', scheduleUpdate: { limit: 10 } });
  await written(lease(3n, 320, true), 'Rejected');
  await until(() => answers().length === 3);
  expect(answers().map(([, status]) => status)).toEqual([
    ...[CommandStatus.ACCEPTED, CommandStatus.ACCEPTED, CommandStatus.REJECTED],
  ]);
  expect(await pull()).toMatchObject({ status: 'Rejected' });
});

test('K28: a station of 2.0.1 is sent neither a dynamic lease nor an update of one', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.0.1'] });
  for (const [seq, update] of [
    [1n, {}],
    [2n, { update: true }],
  ] as const) {
    const profile = { profileId: 12, durationS: 120, dynamic: true, ...update };
    expect(await send([command(seq, { stationId: 'ST-2', profile })])).toEqual([Verdict.REFUSED]);
  }
});

test('MD18: what a car is to give back is said to a station of 2.1, and refused for one whose version cannot say it', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const newest = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.1'] });
  const giving = (seq: bigint, stationId: string): gatewayV1.StationCommand =>
    command(seq, {
      stationId,
      profile: { periods: [{ startS: 0, limitDeciA: 163, numberPhases: 0, dischargeDeciA: 105 }] },
    });
  expect(await send([giving(1n, 'ST-1')])).toEqual([Verdict.REFUSED]);
  expect(await send([giving(2n, 'ST-2')])).toEqual([Verdict.WRITTEN]);
  const [, , action, payload] = await newest.next();
  expect([action, payload]).toMatchObject([
    'SetChargingProfile',
    {
      chargingProfile: {
        chargingSchedule: [
          {
            chargingSchedulePeriod: [
              { startPeriod: 0, limit: 16.3, operationMode: 'CentralSetpoint', setpoint: -10.5, dischargeLimit: -10.5 },
            ],
          },
        ],
      },
    },
  ]);
});

test('a station of 2.1 is asked which of these EVSEs follow a setpoint, and its answer says of which it was', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const newest = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.1'] });
  const question = { $case: 'readCapabilities' as const, value: { setpointEvses: [1] } };
  expect(await send([{ ...command(1n, { stationId: 'ST-2' }), action: question }])).toEqual([Verdict.WRITTEN]);
  const asked = await newest.next();
  const variable = (name: string, attributeValue: string) => ({
    ...{ attributeStatus: 'Accepted', attributeValue, variable: { name } },
    component: { name: 'V2XChargingCtrlr', evse: { id: 1 } },
  });
  const getVariableResult = [variable('Enabled', 'true'), variable('SupportedOperationModes', 'CentralSetpoint')];
  newest.send(JSON.stringify([3, asked[1], { getVariableResult }]));
  await until(() => answers().length === 1);
  const expected = [
    { name: 'V2XChargingCtrlr(1).Enabled', value: 'true' },
    { name: 'V2XChargingCtrlr(1).SupportedOperationModes', value: 'CentralSetpoint' },
  ];
  expect(rig.log.of('commandAnswered')).toMatchObject([{ settings: expect.arrayContaining(expected) }]);
  // What its cars give back has to be seen.
  const told = await newest.next();
  expect(told[2]).toBe('SetVariables');
  expect(JSON.stringify(told[3])).toMatch(/SoC,Current\.Export,Energy\.Active\.Export\.Register"/u);
});
