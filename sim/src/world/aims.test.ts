import { expect, test } from '@jest/globals';
import { createAims } from './aims.ts';
import { createChance } from './chance.ts';
import type { Cluster } from './cluster.ts';
import { createFaults } from './faults.ts';
import { createVirtualTime } from './virtual-time.ts';

/** Appends of one incarnation whose lost acknowledgement kills it. */
function killing(birth: number): readonly number[] {
  const struck: string[] = [];
  const faults = createFaults({ chance: createChance(1), classes: ['ack-crash'], isOn: () => true });
  const time = createVirtualTime(0, () => undefined);
  const cluster: Pick<Cluster, 'crash' | 'kill' | 'pause' | 'moveShard'> = {
    crash: (name) => void struck.push(name),
    kill: () => undefined,
    pause: () => undefined,
    moveShard: () => false,
  };
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
