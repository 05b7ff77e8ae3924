import { expect, test } from '@jest/globals';
import { siteId, stationId } from '@headroom/kernel';
import { onStationBooted, onStationConnected, onStationDisconnected } from './evolve.ts';
import { newSite, stationOf } from './site-state.ts';

const STATION = stationId('ST-1');
const of = (generation: number) => ({ siteId: siteId('site-1'), stationId: STATION, generation, atMs: generation });
const connected = (generation: number, gateway = 1) =>
  ({ kind: 'station-connected', ...of(generation), gatewayAddress: `gateway-${gateway}` }) as const;
const disconnected = (generation: number) => ({ kind: 'station-disconnected', ...of(generation) }) as const;
const booted = (generation: number) => ({ kind: 'station-booted', ...of(generation) }) as const;

test('R8, H48: a station that came to another gateway stays there, whatever the first one says later', () => {
  const site = newSite(siteId('site-1'));
  onStationConnected(site, connected(5, 1));
  onStationConnected(site, connected(6, 2));
  onStationDisconnected(site, disconnected(5));
  onStationConnected(site, connected(5, 1));
  expect(stationOf(site, STATION)).toMatchObject({ connected: true, generation: 6, gatewayAddress: 'gateway-2' });
});

test('H48: an end is final for its generation: a repeat of its beginning, relayed late, brings nothing back', () => {
  const site = newSite(siteId('site-1'));
  onStationConnected(site, connected(5));
  onStationDisconnected(site, disconnected(5));
  onStationConnected(site, connected(5));
  expect(stationOf(site, STATION).connected).toBe(false);
  // The end may also be the first that is read of it.
  onStationDisconnected(site, disconnected(7));
  onStationConnected(site, connected(7));
  expect(stationOf(site, STATION)).toMatchObject({ connected: false, generation: 7 });
  onStationConnected(site, connected(8));
  expect(stationOf(site, STATION).connected).toBe(true);
});

test('the boot of an older connection, read late, does not hide the newer one', () => {
  const site = newSite(siteId('site-1'));
  onStationConnected(site, connected(6));
  onStationBooted(site, booted(6));
  onStationBooted(site, booted(5));
  expect(stationOf(site, STATION).bootGeneration).toBe(6);
});
