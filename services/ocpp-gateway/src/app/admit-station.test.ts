import { expect, test } from '@jest/globals';
import { siteId, stationId } from '@headroom/kernel';
import { manualTime } from '@headroom/testing';
import { createDigests } from '../adapters/crypto/digests.ts';
import { createEvents } from '../events.ts';
import type { Arrival } from '../ports.ts';
import { createAdmitStation } from './admit-station.ts';

test('G6: a station whose arrival is being noted when the gateway begins to stop is sent away: nobody would close it', async () => {
  const noted = Promise.withResolvers<Arrival>();
  const gate = { draining: false };
  const none = new Uint8Array();
  const station = { stationId: stationId('ST-1'), siteId: siteId('site-1'), passwordSalt: none, passwordHash: none };
  const admit = createAdmitStation({
    directory: {
      check: async () => ({ kind: 'right', station }),
      current: async () => undefined,
    },
    digests: createDigests({ idTokenKey: 'a', transactionIdKey: 'b' }),
    events: createEvents({ info: () => {}, warn: () => {}, error: () => {} }),
    admit: () => undefined,
    isDraining: () => gate.draining,
    canRecord: () => true,
    arrivals: { arrive: () => noted.promise, booted: async () => undefined },
    clock: manualTime(0),
  });
  const knock = { url: '/ocpp/ST-1', authorization: `Basic ${btoa('ST-1:pw')}`, protocols: ['ocpp1.6'] };
  const arrival: Arrival = { generation: 1, recordsWait: false, booted: false };
  const late = admit(knock);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  gate.draining = true;
  noted.resolve(arrival);
  expect(await late).toMatchObject({ kind: 'refused', status: 503, retry: true });
  gate.draining = false;
  expect(await admit(knock)).toMatchObject({ kind: 'admitted', stationId: stationId('ST-1'), arrival });
});
