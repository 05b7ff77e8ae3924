import { afterEach, expect, test } from '@jest/globals';
import type { LogFields } from '../log.ts';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import { visit, type VisitPlan } from './visit.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

async function start(over: Partial<VisitPlan> = {}) {
  const b = await setUp('1.6');
  bench = b;
  b.station.start();
  await b.online();
  const requests: object[] = [];
  const warnings: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
  let left = 0;
  const plan: VisitPlan = {
    station: b.station,
    evse: 1,
    car: { ...HUNGRY, batteryWh: 1_000, socAtArrival: 0.8 },
    idToken: 'CARD-1',
    energyKwh: 0.2,
    departureAtMs: b.time.nowMs() + 600_000,
    tapAfterMs: 2_000,
    ...over,
  };
  const deps = {
    clock: b.time.clock,
    timers: b.time.timers,
    api: {
      putChargingRequest: (request: object) => {
        requests.push(request);
        return Promise.resolve();
      },
    },
    log: { info: () => {}, warn: (event: string, fields?: LogFields) => void warnings.push({ event, fields }) },
  };
  const leave = visit(plan, deps, () => {
    left += 1;
  });
  return { b, requests, warnings, leave, plan, deps, left: () => left };
}

test('a driver plugs, says what is wanted, taps, charges, and leaves some time after the car is full', async () => {
  const { b, requests, left } = await start({ dawdleMs: 10_000, statedDepartureMs: 5 });
  expect(requests).toEqual([{ evseId: 'ST-001/1', energyKwh: 0.2, departureAtMs: 5 }]);
  expect(b.station.bay(1)).toMatchObject({ plugged: true, status: 'preparing' });
  await b.run(3);
  await until('the card is taken', () => b.station.bay(1)?.status === 'charging');
  await b.run(170);
  expect([left(), b.station.bay(1)?.plugged]).toEqual([1, false]);
  expect(b.central.of('StopTransaction').at(-1)?.payload['reason']).toBe('EVDisconnected');
});

test('without a wish to leave early, the car stays to its departure, full or not', async () => {
  const { b, left } = await start();
  await b.run(3);
  await until('the card is taken', () => b.station.bay(1)?.status === 'charging');
  await b.run(587);
  expect([left(), b.station.bay(1)?.status]).toEqual([0, 'suspended-ev']);
  await b.run(15);
  expect([left(), b.station.bay(1)?.plugged]).toEqual([1, false]);
});

test('a driver whose card is refused tries five times, and leaves when the time has come', async () => {
  const { b, left } = await start({ departureAtMs: Date.UTC(2026, 0, 12, 9, 2) });
  b.central.answers.set('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
  for (let i = 0; i < 125; i += 1) {
    await b.run(1);
    // The answer comes over a real socket: give it a moment of real time.
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  expect([b.central.of('Authorize').length, left(), b.central.of('StartTransaction').length]).toEqual([5, 1, 0]);
});

test('ending a visit at once frees the bay, and nothing of it happens later', async () => {
  const { b, leave, left } = await start();
  leave();
  leave();
  expect([left(), b.station.bay(1)?.plugged]).toEqual([1, false]);
  await b.run(30);
  expect(b.central.of('Authorize').length).toBe(0);
});

test('a bay that is taken is told, and the visit is over', async () => {
  const { plan, deps, warnings } = await start();
  let left = 0;
  visit(plan, deps, () => {
    left += 1;
  });
  expect([left, warnings.map((one) => one.event)]).toEqual([1, ['sim.visit.bay-taken']]);
});
