import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ApiClient, ATTEMPTS_MAX, createApiClient } from './api-client.ts';
import { demoSite } from './documents.ts';
import { type FakeApi, startFakeApi } from './test-support/platform.ts';

let api: FakeApi;
let client: ApiClient;
/** Pauses end at once, and are remembered. */
let pausesMs: number[];
beforeEach(async () => {
  api = await startFakeApi();
  pausesMs = [];
  const ioTimers = {
    after: (ms: number, fire: () => void) => {
      pausesMs.push(ms);
      queueMicrotask(fire);
      return () => {};
    },
    every: () => () => {},
  };
  client = createApiClient({ apiUrl: api.url, ioTimers });
});
afterEach(() => api.close());

test('speaks the public API: paths are escaped, instants are RFC 3339', async () => {
  expect(await client.putStation('ST 1')).toMatchObject({ password: 'secret-of-the-station' });
  await client.putChargingRequest({ evseId: 'ST-001/1', energyKwh: 3.2, departureAtMs: Date.UTC(2026, 0, 12) });
  const current = { l1A: 1, l2A: 2, l3A: 3.5 };
  await client.postMeterReading({ siteId: 's', meterId: 'building', sampledAtMs: Date.UTC(2026, 0, 12), current });
  expect(api.calls).toEqual([
    { method: 'PUT', path: '/api/v1/stations/ST%201', body: {} },
    {
      method: 'PUT',
      path: '/api/v1/evses/ST-001%2F1/charging-request',
      body: { energyKwh: 3.2, departureAt: '2026-01-12T00:00:00.000Z' },
    },
    {
      method: 'POST',
      path: '/api/v1/sites/s/meter-readings',
      body: { meterId: 'building', sampledAt: '2026-01-12T00:00:00.000Z', current },
    },
  ]);
});

test('tries again on 5xx and 429, with growing pauses, and gives up in the end', async () => {
  api.failures.push(503, 429);
  await client.putToken('CARD-1');
  expect(pausesMs).toEqual([250, 500]);
  api.failures.push(...Array.from({ length: ATTEMPTS_MAX }, () => 500));
  await expect(client.putToken('CARD-1')).rejects.toMatchObject({ code: 'API_REFUSED', status: 500 });
  expect(api.calls.length).toBe(3 + ATTEMPTS_MAX);
});

test('a refusal is final and tells the code of its first problem', async () => {
  api.failures.push(422);
  await expect(client.putSite(demoSite().document)).rejects.toMatchObject({
    code: 'API_REFUSED',
    status: 422,
    problem: 'fallbacks-do-not-fit',
  });
  expect(api.calls.length).toBe(1);
});

test('a meter reading is sent once: the next second brings a newer one', async () => {
  api.failures.push(503);
  const current = { l1A: 1, l2A: 2, l3A: 3 };
  await expect(client.postMeterReading({ siteId: 's', meterId: 'm', sampledAtMs: 0, current })).rejects.toMatchObject({
    status: 503,
  });
  expect(api.calls.length).toBe(1);
});
