import { expect, test } from '@jest/globals';
import type { LadderStep } from './decisions.ts';
import { createStopsChecker } from './stops.ts';
import { WireFrame } from './wire-profile.ts';

const [STATION, EVSE] = ['ST-1', 'ST-1/1'];

const call = (action: string, payload: object = {}): WireFrame =>
  new WireFrame(JSON.stringify([2, 'a1-3-7-42', action, payload]));
const STOPS = [call('RemoteStopTransaction', { transactionId: 7 }), call('RequestStopTransaction')];
const OUT = call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });

function rig() {
  const details: string[] = [];
  const checker = createStopsChecker(({ checker: name, detail }) => void details.push(`${name}: ${detail}`));
  const step = (atMs: number, at: LadderStep | undefined): void =>
    checker.stored(atMs, { kind: 'ladder', evseId: EVSE, isForbidden: false, step: at });
  return { checker, details, step };
}

const STOPPED = 'ladder: ST-1 was told to stop its transaction, and the ladder was not there';
const TAKEN_OUT = 'ladder: ST-1 was told to go out of service, and the ladder was not there';

test('SI23 stops: nobody is stopped, and no bay put out of service, before the step of the ladder that does so', () => {
  const { checker, details, step } = rig();
  for (const stop of STOPS) checker.received(0, STATION, stop);
  checker.received(0, STATION, OUT);
  expect(details.splice(0)).toEqual([STOPPED, STOPPED, TAKEN_OUT]);
  step(1_000, 'forbid');
  checker.received(2_000, STATION, STOPS[0] ?? OUT);
  step(3_000, 'stop');
  checker.received(4_000, STATION, OUT);
  expect(details.splice(0)).toEqual([STOPPED, TAKEN_OUT]);
  for (const stop of STOPS) checker.received(4_000, STATION, stop);
  step(5_000, 'inoperative');
  checker.received(6_000, STATION, OUT);
  checker.received(6_000, STATION, call('ChangeAvailability', { connectorId: 1, type: 'Operative' }));
  checker.received(6_000, STATION, call('SetChargingProfile'));
  expect(details).toEqual([]);
  checker.received(6_000, 'ST-2', OUT);
  expect(details).toEqual([TAKEN_OUT.replace('ST-1', 'ST-2')]);
});

test('SI23 stops: what was on its way when it was forgiven may arrive for a while', () => {
  const { checker, details, step } = rig();
  step(0, 'stop');
  step(1_000, undefined);
  checker.received(16_000, STATION, STOPS[0] ?? OUT);
  expect(details).toEqual([]);
  checker.received(16_001, STATION, STOPS[0] ?? OUT);
  expect(details).toEqual([STOPPED]);
});

test('H86 stops: who is stopped because it refuses 0 A has refused it', () => {
  const { checker, details } = rig();
  const refuses = (refusalStep: LadderStep): void =>
    checker.stored(0, { kind: 'ladder', evseId: EVSE, isForbidden: false, step: undefined, refusalStep });
  refuses('stop');
  expect(details.splice(0)).toEqual(['ladder: ST-1/1 is held to refuse 0 A (stop), and has refused none']);
  const csChargingProfiles = {
    chargingProfileId: 12,
    chargingProfilePurpose: 'TxProfile',
    chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] },
  };
  checker.received(0, STATION, call('SetChargingProfile', { connectorId: 1, csChargingProfiles }));
  checker.sent(0, STATION, new WireFrame('[3,"a1-3-7-42",{"status":"Rejected"}]'));
  refuses('stop');
  checker.received(0, STATION, STOPS[1] ?? OUT);
  expect(details).toEqual([]);
});

test('SI23 stops: a bay that was put out of service is put back with the next restart of its station, and no boot that was asked for is one', () => {
  const { checker, details, step } = rig();
  const boot = (atMs: number): void => checker.sent(atMs, STATION, call('BootNotification'));
  step(0, 'inoperative');
  boot(0);
  checker.received(0, STATION, OUT);
  checker.received(0, STATION, call('TriggerMessage', { requestedMessage: 'BootNotification' }));
  boot(1_000);
  checker.look(1_000_000, STATION);
  boot(1_000_000);
  boot(1_030_000);
  checker.look(1_060_000, STATION);
  expect(details).toEqual([]);
  checker.look(1_060_001, STATION);
  checker.look(1_061_000, STATION);
  expect(details).toEqual(['ladder: ST-1 was put out of service, has restarted, and is not put back']);
  checker.received(2_000_000, STATION, OUT);
  boot(2_000_000);
  checker.received(2_001_000, STATION, call('ChangeAvailability', { connectorId: 1, type: 'Operative' }));
  checker.look(3_000_000, STATION);
  expect(details).toHaveLength(1);
});
