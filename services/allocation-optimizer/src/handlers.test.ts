import { expect, test } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import { err, ok } from '@headroom/kernel';
import { ShardTenure } from './app/shard-tenure.ts';
import { EMPTY_MEMORY } from './domain/control-memory.ts';
import { committed, DEPOT, idOf, siteOf } from './domain/given.fixture.ts';
import { NO_RISES } from './domain/lease-memory.ts';
import { EMPTY_SITE_STATE } from './domain/site-state.ts';
import { handlers } from './service.ts';

const TOPIC = TOPICS.dispatchFacts.name;
const MODEL = siteOf(DEPOT);

/** A shard whose one site was restored from a snapshot that contains the dispatcher's topic up to offset 20. */
function restored(): ShardTenure {
  const site = {
    ...{ siteId: MODEL.siteId, ownerEpoch: 3n, decisionSeq: 7n, snapshotSeq: 1n, dispatcherEpoch: 4n },
    ...{ inputs: new Map([[TOPIC, 20n]]), state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
  };
  return new ShardTenure({
    ...{ shard: 0, epoch: 5n, grip: { owns: () => true, acquireAgain: () => {} }, topics: [], beganAtMonoMs: 0 },
    restored: { sites: [site], models: [MODEL], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] },
    mayHold: () => true,
  });
}

test('a record that the snapshot of its site contains is not applied again, the last one neither; the next one is', () => {
  const fact = committed(1, 160);
  if (fact.kind !== 'committed-changed') throw new Error('not that fact');
  const unread = () => err('not in this test');
  const others = {
    siteConfig: unread,
    stationFact: unread,
    sessionFact: unread,
    meteringFact: unread,
    gridFact: unread,
  };
  const dispatchFact = () => ok({ siteId: MODEL.siteId, content: { kind: 'fact' as const, epoch: 4n, fact } });
  const table = handlers({ decode: { ...others, allocationFact: unread, dispatchFact } });
  const owner = restored();
  const take = (offset: bigint) => {
    const record = { topic: TOPIC, partition: 0, offset, key: MODEL.siteId, value: new Uint8Array(), headers: {} };
    table.get(TOPIC)?.(owner, record);
    return owner.laneOf(MODEL.siteId)?.state.evses.get(idOf(1))?.dispatch.committed;
  };
  expect([19n, 20n, 21n].map(take)).toEqual([undefined, undefined, 160]);
});
