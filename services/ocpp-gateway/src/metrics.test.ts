import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayV1 } from '@headroom/contracts';
import { shownMetric } from '@headroom/testing';
import type { MetricName } from '@headroom/telemetry';
import { type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, refused, roundTrip, type TestStation } from './testing/station.ts';

let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

const shown = (name: MetricName) => shownMetric(rig.metrics, name);

function command(seq: bigint, generation = BigInt(START_MS)): gatewayV1.StationCommand {
  return gatewayV1.StationCommand.fromPartial({
    commandId: `c${seq}`,
    seq,
    stationId: 'ST-1',
    connectionGeneration: generation,
    notAfterMs: BigInt(rig.time.nowMs() + 5_000),
    action: {
      $case: 'setChargingProfile',
      value: {
        evse: 1,
        profileId: 1,
        stackLevel: 1,
        purpose: gatewayV1.ProfilePurpose.TX_DEFAULT,
        periods: [{ startS: 0, limitDeciA: 60, numberPhases: 0 }],
      },
    },
  });
}

test('connections by version, and why a station was not let in', async () => {
  await refused(rig.url, { password: 'wrong' });
  expect(shown('headroom_ocpp_connections')).toEqual({ 'ocpp1.6': 1, 'ocpp2.0.1': 0, 'ocpp2.1': 0 });
  expect(shown('headroom_ocpp_connections_refused_total')).toEqual({ 'wrong-credentials': 1 });
  const newer = await booted(rig.url);
  expect(shown('headroom_ocpp_connections')).toEqual({ 'ocpp1.6': 1, 'ocpp2.0.1': 0, 'ocpp2.1': 0 });
  expect(shown('headroom_ocpp_connections_superseded_total')).toEqual({ '': 1 });
  newer.socket.close();
});

test('calls by action and outcome; an action that nobody knows does not become a label', async () => {
  await station.call('Heartbeat', {});
  await station.call('MadeUp', {});
  await station.call('StatusNotification', {});
  expect(shown('headroom_ocpp_calls_total')).toMatchObject({
    'BootNotification answered': 1,
    'Heartbeat answered': 1,
    'unknown refused': 1,
    'StatusNotification refused': 1,
    'StatusNotification answered': 0,
  });
  expect(Object.keys(shown('headroom_ocpp_calls_total')).join()).not.toContain('MadeUp');
  expect(shown('headroom_ocpp_answer_seconds')).toMatchObject({ Heartbeat: 1, StatusNotification: 1, unknown: 1 });
  expect(shown('headroom_ocpp_frames_refused_total')).toEqual({ 'unknown-action': 1, schema: 1 });
});

test('what is not durable is silent, and not answered', async () => {
  rig.log.mode = 'fails';
  void station.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG',
    meterStart: 0,
    timestamp: new Date(START_MS).toISOString(),
  });
  await roundTrip(station).catch(() => undefined);
  for (let s = 0; s < 12; s += 1) await rig.time.pass(1_000);
  expect(shown('headroom_ocpp_calls_total')).toMatchObject({
    'StartTransaction silent': 1,
    'StartTransaction answered': 0,
  });
  expect(shown('headroom_recording_lost')).toEqual({ '': 1 });
  expect(rig.gateway.readiness()).toEqual({
    kind: 'not-ready',
    why: 'stations are kept away, since nothing could be recorded (event log: away; emergency inbox: away)',
  });
});

test('commands by the verdict of the fence, answers by what the station said and how long it took', async () => {
  const send = (commands: gatewayV1.StationCommand[]) =>
    rig.commands.sendBatch({ shard: 0, dispatcherEpoch: 7n, commands, givenUp: [] }, { deadlineMs: 4_000 });
  await send([command(1n), command(2n, 5n)]);
  const frame = await station.next();
  station.send(JSON.stringify([3, frame[1], { status: 'Rejected' }]));
  await roundTrip(station);
  expect(shown('headroom_ocpp_commands_total')).toEqual({ written: 1, generation: 1 });
  expect(shown('headroom_ocpp_command_answers_total')).toEqual({ rejected: 1 });
  expect(shown('headroom_ocpp_command_seconds')).toEqual({ rejected: 1 });
});
