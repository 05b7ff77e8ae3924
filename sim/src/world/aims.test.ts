import { expect, test } from '@jest/globals';
import { createAims } from './aims.ts';
import { createChance } from './chance.ts';
import type { Cluster } from './cluster.ts';
import { createFaults } from './faults.ts';
import { createVirtualTime } from './virtual-time.ts';

const UNTOUCHED: Pick<Cluster, 'crash' | 'kill' | 'pause' | 'moveShard'> = {
  crash: () => undefined,
  kill: () => undefined,
  pause: () => undefined,
  moveShard: () => false,
};

/** Appends of one incarnation whose lost acknowledgement kills it. */
function killing(birth: number): readonly number[] {
  const struck: string[] = [];
  const faults = createFaults({ chance: createChance(1), classes: ['ack-crash'], isOn: () => true, rateOf: () => 1 });
  const time = createVirtualTime(0, () => undefined);
  const cluster = { ...UNTOUCHED, crash: (name: string) => void struck.push(name) };
  const aims = createAims({ faults, time }, () => cluster);
  const life = { process: 'ocpp-gateway-1', name: `ocpp-gateway-1#${birth}` };
  return Array.from({ length: 1_000 }, (_, append) => append).filter((append) => {
    const before = struck.length;
    aims.onLostAck(life, append);
    return struck.length > before;
  });
}

test('about a fifth of the lost acknowledgements kill who waits for them', () => {
  expect(killing(1).length).toBeGreaterThan(150);
  expect(killing(1).length).toBeLessThan(250);
});

test('an heir does not die at the very appends of which its forerunner died', () => {
  expect(killing(1)).toEqual(killing(1));
  expect(killing(2)).not.toEqual(killing(1));
});

test('R4: while a command is on its way some stations lose their links for less than a second; a gateway that calls moves none', () => {
  const faults = createFaults({ chance: createChance(1), classes: ['link-loss'], isOn: () => true, rateOf: () => 1 });
  const aims = createAims({ faults, time: createVirtualTime(0, () => undefined) }, () => UNTOUCHED);
  const lost = new Map<string, number>();
  const stations = ['a', 'b', 'c', 'd'];
  aims.reach(stations, (stationId, forMs) => {
    lost.set(stationId, (lost.get(stationId) ?? 0) + 1);
    expect(forMs).toBeLessThan(1_000);
  });
  for (let call = 0; call < 1_000; call += 1) aims.onSlowRequest('ocpp-gateway-1', call);
  expect(lost.size).toBe(0);
  for (let call = 0; call < 1_000; call += 1) aims.onSlowRequest('profile-dispatcher-1', call);
  // Three in ten of the commands, and of these each station in every second one.
  for (const stationId of stations) expect(Math.abs((lost.get(stationId) ?? 0) - 150)).toBeLessThan(50);
});
