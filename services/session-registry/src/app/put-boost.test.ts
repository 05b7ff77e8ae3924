import { expect, test } from '@jest/globals';
import { sessionV1, TOPICS } from '@headroom/contracts';
import { stationId, transactionId } from '@headroom/kernel';
import { createMemoryTurnStore, type OutboxRecord } from '@headroom/turn-store';
import { documentOf } from '../adapters/contract-builders.ts';
import { createMemoryRegistryStore } from '../adapters/memory/registry-store.ts';
import { BOOST_CLOCKS_MS, MAX_BOOST_MS } from '../domain/boost.ts';
import type { StationEvent } from '../domain/session.ts';
import { onStationFact } from './on-station-fact.ts';
import { putBoost } from './put-boost.ts';
import { putSite } from './put-site.ts';

const ST1 = stationId('ST-1');
const NOW = 1_000_000;

async function rig() {
  const turns = createMemoryTurnStore();
  const deps = {
    store: createMemoryRegistryStore(turns, () => undefined),
    clock: { nowMs: () => NOW, monoMs: () => NOW },
    nameOf: (parts: readonly string[]) => parts.join(' '),
  };
  await putSite(deps, documentOf('depot', ['ST-1']), false);
  let offset = 0n;
  const happen = (event: StationEvent): Promise<void> => {
    offset += 1n;
    const source = { stationId: ST1, siteId: undefined, eventId: `e${offset}`, event };
    return onStationFact(deps, { ...source, position: { topic: 't', partition: 0, offset } });
  };
  const plug = () => happen({ kind: 'plugged', evse: 1, connector: 1, atMs: NOW });
  const start = () =>
    happen({
      ...{ kind: 'transaction-started', evse: 1, transactionId: transactionId('81'), authorized: true },
      ...{ meterStartWh: 0, atMs: NOW },
    });
  const boost = (untilMs: number | undefined, evse = 1) =>
    putBoost(deps, { stationId: ST1, evse, boost: { untilMs, setBy: 'operator' } });
  const boosts = async (): Promise<readonly unknown[]> => {
    const all: OutboxRecord[] = [];
    await turns.relayOutbox(async (records) => void all.push(...records), 100);
    return all.flatMap(({ topic, value }) => {
      if (topic !== TOPICS.sessionFacts.name) return [];
      const { fact } = sessionV1.SessionFact.decode(value);
      return fact?.$case === 'boostSet' ? [fact.value] : [];
    });
  };
  return { plug, start, boost, boosts };
}

test('C70 a boost of the transaction that is open is told as a fact, and so is its end', async () => {
  const { plug, start, boost, boosts } = await rig();
  await plug();
  await start();
  expect(await boost(NOW + 1_800_000)).toEqual([]);
  expect(await boost(undefined)).toEqual([]);
  expect(await boosts()).toEqual([
    { transactionId: '81', untilMs: BigInt(NOW + 1_800_000), setBy: 'operator' },
    { transactionId: '81', untilMs: undefined, setBy: 'operator' },
  ]);
});

test('C70 four hours are the most, and the past is none', async () => {
  const { plug, start, boost, boosts } = await rig();
  await plug();
  await start();
  expect(await boost(NOW + MAX_BOOST_MS + BOOST_CLOCKS_MS)).toEqual([]);
  for (const untilMs of [NOW + MAX_BOOST_MS + BOOST_CLOCKS_MS + 1, NOW, Number.NaN])
    expect(await boost(untilMs)).toMatchObject([{ code: 'bad-boost', pointer: '/minutes' }]);
  expect(await boosts()).toHaveLength(1);
});

test('C70 where no car charges there is nothing to boost, and to end one is as good; an EVSE of nobody is none', async () => {
  const { plug, boost, boosts } = await rig();
  expect(await boost(NOW + 1)).toMatchObject([{ code: 'no-transaction' }]);
  await plug();
  expect(await boost(NOW + 1)).toMatchObject([{ code: 'no-transaction' }]);
  expect(await boost(undefined)).toEqual([]);
  expect(await boost(NOW + 1, 9)).toMatchObject([{ code: 'unknown-evse' }]);
  expect(await boosts()).toEqual([]);
});
