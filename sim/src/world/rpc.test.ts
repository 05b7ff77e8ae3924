import { expect, test } from '@jest/globals';
import { meteringServiceV1 } from '@headroom/contracts';
import { createChance } from './chance.ts';
import { createFaults } from './faults.ts';
import { createLife } from './life.ts';
import { addressesFor } from './processes.ts';
import { createSimRpc, type RpcWorld } from './rpc.ts';
import { createVirtualTime } from './virtual-time.ts';

const { MeteringServiceService: SERVICE } = meteringServiceV1;

test('of two members of a service each is asked in turn; one that stands still or is dead is passed over', async () => {
  const time = createVirtualTime(0, () => undefined);
  const faults = createFaults({ chance: createChance(1), classes: [], isOn: () => true });
  const world: RpcWorld = { time, faults, serving: new Map(), jams: new Map(), onSlowRequest: () => undefined };
  const answered: string[] = [];
  const born = (process: string) => {
    const life = createLife(process, `${process}#1`, { time, onSurvivor: () => undefined });
    return { life, rpc: createSimRpc(world, life, createChance(1).stream(process)) };
  };
  const members = ['meter-ingestion-1', 'meter-ingestion-2'].map((name) => {
    const { life, rpc } = born(name);
    const recordSiteMeterReading = async () => {
      answered.push(name.slice(-1));
      return { refusal: '' };
    };
    const handlers = { recordSiteMeterReading, listEvseSamples: async () => ({ samples: [] }) };
    void rpc.serve(addressesFor(name)['meter-ingestion'] ?? '', [{ name: 'metering', definition: SERVICE, handlers }]);
    return life;
  });
  const client = born('people').rpc.client(SERVICE, addressesFor('people')['meter-ingestion'] ?? '');
  const ask = (atMs: number): void => {
    const reading = { siteId: 's', meterId: 'm', sampledAtMs: 1n, current: undefined };
    time.after(atMs, 'ask', () => void client.recordSiteMeterReading(reading, { deadlineMs: 100 }));
  };
  for (const atMs of [100, 110, 120, 130]) ask(atMs);
  time.after(200, 'still', () => members[0]?.pause());
  for (const atMs of [210, 220, 230]) ask(atMs);
  time.after(300, 'wakes', () => {
    members[0]?.resume();
    members[1]?.kill();
  });
  for (const atMs of [310, 320]) ask(atMs);
  await time.runUntil(1_000);
  expect(answered.slice(0, 4).toSorted()).toEqual(['1', '1', '2', '2']);
  expect(answered.slice(4)).toEqual(['2', '2', '2', '1', '1']);
});
