import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PASSWORD, type Rig, startRig } from './testing/rig.ts';
import { BOOT_16, booted, connect, roundTrip, type TestStation, until } from './testing/station.ts';

/** As its pack states it. */
const DELAY_MS = 1_200;
const SLOW_EAR = { ...BOOT_16, chargePointVendor: 'Headroom', chargePointModel: 'Virtual AC22 slow ear' };

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

/** Sends a call; the ids of the answers stand in `heard` in their order. */
function ask(station: TestStation, action: string, payload: object, heard: string[]): void {
  void station.call(action, payload).then((answer) => heard.push(`${action} ${String(answer[1])}`));
}

/** It boots, and its answer has come. */
async function slowEar(heard: string[]): Promise<TestStation> {
  const station = await connect(rig.url);
  ask(station, 'BootNotification', SLOW_EAR, heard);
  await until(() => rig.log.of('booted').length === 1);
  await roundTrip(station);
  return station;
}

test('H20: a station that loses fast answers hears each after its delay, from the first one on', async () => {
  const heard: string[] = [];
  const station = await slowEar(heard);
  rig.time.advance(DELAY_MS - 1);
  await roundTrip(station);
  expect(heard).toEqual([]);
  rig.time.advance(1);
  await until(() => heard.length === 1);
});

test('H20: what came together waits once, keeps its order, and holds up nobody else', async () => {
  const heard: string[] = [];
  const station = await slowEar(heard);
  rig.time.advance(DELAY_MS);
  await until(() => heard.length === 1);
  for (const action of ['Heartbeat', 'Authorize', 'Heartbeat']) ask(station, action, { idTag: 'TAG' }, heard);
  await roundTrip(station);
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const other = await booted(rig.url, { stationId: 'ST-2' });
  expect((await other.call('Heartbeat', {}))[0]).toBe(3);
  expect(heard).toHaveLength(1);
  rig.time.advance(DELAY_MS);
  await until(() => heard.length === 4);
  expect(heard.slice(1)).toEqual(['Heartbeat m2', 'Authorize m3', 'Heartbeat m4']);
});

test('H20: another firmware that boots on the same connection is answered as it is known', async () => {
  const heard: string[] = [];
  const station = await slowEar(heard);
  rig.time.advance(DELAY_MS);
  await until(() => heard.length === 1);
  await station.call('BootNotification', BOOT_16);
  expect((await station.call('Heartbeat', {}))[0]).toBe(3);
});
