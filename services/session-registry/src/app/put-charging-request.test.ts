import { expect, test } from '@jest/globals';
import { siteV1, sessionV1, TOPICS } from '@headroom/contracts';
import { stationId } from '@headroom/kernel';
import { createMemoryTurnStore, type OutboxRecord } from '@headroom/turn-store';
import { documentOf } from '../adapters/contract-builders.ts';
import { createMemoryRegistryStore } from '../adapters/memory/registry-store.ts';
import type { RequestWords } from '../domain/battery-words.ts';
import type { StationEvent } from '../domain/session.ts';
import { onStationFact } from './on-station-fact.ts';
import { putChargingRequest } from './put-charging-request.ts';
import { putSite } from './put-site.ts';

const ST1 = stationId('ST-1');

async function rig() {
  const turns = createMemoryTurnStore();
  let nowMs = 1_000_000;
  const deps = {
    store: createMemoryRegistryStore(turns, () => undefined),
    clock: { nowMs: () => nowMs, monoMs: () => nowMs },
    nameOf: (parts: readonly string[]) => parts.join(' '),
  };
  await putSite(deps, documentOf('depot', ['ST-1']), false);
  let offset = 0n;
  const happen = (kind: 'plugged' | 'unplugged'): Promise<void> => {
    offset += 1n;
    const event: StationEvent = { kind, evse: 1, connector: 1, atMs: nowMs };
    const source = { stationId: ST1, siteId: undefined, eventId: `e${offset}`, event };
    return onStationFact(deps, { ...source, position: { topic: 't', partition: 0, offset } });
  };
  const put = (request: RequestWords, evse = 1) => putChargingRequest(deps, { stationId: ST1, evse, request });
  const ask = (energyWh: number, evse = 1) => put({ energyWh, departureAtMs: undefined }, evse);
  const told = async (): Promise<readonly string[]> => {
    const all: OutboxRecord[] = [];
    await turns.relayOutbox(async (records) => void all.push(...records), 100);
    return all.map(({ topic, value }) =>
      topic === TOPICS.siteConfig.name
        ? `site ${siteV1.SiteConfig.decode(value).siteId}`
        : (sessionV1.SessionFact.decode(value).fact?.$case ?? 'none'),
    );
  };
  const requests = async () =>
    (await deps.store.reads.sessions({ siteId: undefined, limit: 9 })).map(({ session }) => session.request?.energyWh);
  return { turns, put, ask, happen, told, requests, wait: (ms: number) => (nowMs += ms) };
}

test('a request for the car that is there is told at once; the newest one counts', async () => {
  const { ask, happen, told, requests } = await rig();
  await happen('plugged');
  expect(await ask(5_000)).toEqual([]);
  expect(await ask(7_000)).toEqual([]);
  expect(await told()).toEqual(['site depot', 'sessionStarted', 'chargingRequested', 'chargingRequested']);
  expect(await requests()).toEqual([7_000]);
});

test('a request without a car waits ten minutes for one, and no longer', async () => {
  const { ask, happen, told, requests, wait } = await rig();
  await ask(5_000);
  wait(599_999);
  await happen('plugged');
  expect(await told()).toEqual(['site depot', 'sessionStarted', 'chargingRequested']);
  await happen('unplugged');
  await ask(6_000);
  wait(600_000);
  await happen('plugged');
  expect(await requests()).toEqual([undefined, 5_000]);
});

test('an EVSE that no document names, and a request that cannot be, are refused with a reason', async () => {
  const { ask, told } = await rig();
  expect(await ask(5_000, 9)).toMatchObject([{ code: 'unknown-evse' }]);
  expect(await ask(0)).toMatchObject([{ code: 'bad-request', pointer: '/energyKwh' }]);
  expect(await told()).toEqual(['site depot']);
});

test('MD17: what its car may give back is told with a request, for the car that is there and for the next one; the next request says it anew', async () => {
  const { turns, put, happen } = await rig();
  const discharge = { atPlugInWh: 30_000, keepWh: 5_000, efficiencyPercent: 85, wearMicroPerKwh: 30_000 };
  const toldOffers = async () => {
    const offers: unknown[] = [];
    await turns.relayOutbox(async (records) => {
      for (const { topic, value } of records) {
        const fact = topic === TOPICS.siteConfig.name ? undefined : sessionV1.SessionFact.decode(value).fact;
        if (fact?.$case === 'chargingRequested') offers.push(fact.value.discharge);
      }
    }, 100);
    return offers;
  };
  const wire = { atPlugInWh: 30_000n, keepWh: 5_000n, efficiencyPercent: 85, wearMicroPerKwh: 30_000n };
  await put({ energyWh: 5_000, departureAtMs: 2_000_000, discharge });
  await happen('plugged');
  expect(await toldOffers()).toEqual([wire]);
  await put({ energyWh: 6_000, departureAtMs: 2_000_000, discharge: { ...discharge, keepWh: 9_000 } });
  await put({ energyWh: 7_000, departureAtMs: 2_000_000 });
  expect(await toldOffers()).toEqual([{ ...wire, keepWh: 9_000n }, undefined]);
  expect(await put({ energyWh: 7_000, departureAtMs: undefined, discharge })).toMatchObject([
    { code: 'bad-discharge' },
  ]);
  expect(await toldOffers()).toEqual([]);
});

test('MD9: what a driver says of his battery is told in energies, for the car that is there and for the next one; words against each other are refused', async () => {
  const { turns, put, happen } = await rig();
  const toldRequests = async () => {
    const requests: unknown[] = [];
    await turns.relayOutbox(async (records) => {
      for (const { topic, value } of records) {
        const fact = topic === TOPICS.siteConfig.name ? undefined : sessionV1.SessionFact.decode(value).fact;
        if (fact?.$case === 'chargingRequested') requests.push([fact.value.energyWh, fact.value.battery]);
      }
    }, 100);
    return requests;
  };
  const battery = { sizeWh: 77_000, atPlugInPercent: 40, targetPercent: 80 };
  await put({ energyWh: 0, departureAtMs: undefined, battery });
  await happen('plugged');
  expect(await toldRequests()).toEqual([[30_800n, { sizeWh: 77_000n, atPlugInWh: 30_800n }]]);
  await put({ energyWh: 0, departureAtMs: undefined, battery: { ...battery, targetPercent: 90 } });
  await put({ energyWh: 5_000, departureAtMs: undefined });
  expect(await toldRequests()).toEqual([
    [38_500n, { sizeWh: 77_000n, atPlugInWh: 30_800n }],
    [5_000n, undefined],
  ]);
  expect(await put({ energyWh: 5_000, departureAtMs: undefined, battery })).toMatchObject([
    { code: 'bad-battery', pointer: '/energyKwh', detail: expect.stringContaining('leave out energyKwh') },
  ]);
  expect(await toldRequests()).toEqual([]);
});
