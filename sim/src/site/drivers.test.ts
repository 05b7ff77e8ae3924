import { afterEach, expect, test } from '@jest/globals';
import { silentLog } from '../log.ts';
import { type Bench, setUp } from '../test-support/bench.ts';
import { type Drivers, type DriversConfig, startDrivers } from './drivers.ts';

let bench: Bench | undefined;
let drivers: Drivers | undefined;
afterEach(async () => {
  drivers?.stop();
  await bench?.end();
});

async function presentAfter(seconds: number, over: Partial<DriversConfig>): Promise<number> {
  bench = await setUp('1.6');
  const { station, time } = bench;
  station.start();
  await bench.online();
  const api = { putChargingRequest: async () => undefined };
  const people = { clock: time.clock, timers: time.timers, api, log: silentLog };
  drivers = startDrivers({ seed: 1, siteId: 'site', stations: [station], idTokens: ['CARD-1'], ...over }, people);
  await bench.run(seconds);
  return drivers.present();
}

test('a car comes to a free bay, but no more of them than were asked for', async () => {
  expect(await presentAfter(60, {})).toBe(1);
  drivers?.stop();
  await bench?.end();
  expect(await presentAfter(540, { mostPresent: 0 })).toBe(0);
  drivers?.crowd();
  await bench?.run(60);
  expect(drivers?.present()).toBe(1);
});
