import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, evseId, siteId, stationId, watts } from '@headroom/kernel';
import { EMPTY_MEMORY } from '../domain/control-memory.ts';
import type { DispatchFact, EvseSample, MeteringFact } from '../domain/facts.ts';
import {
  committed,
  connected,
  DEPOT,
  disconnected,
  evseInput,
  idOf,
  siteOf,
  stationName,
  T0,
} from '../domain/given.fixture.ts';
import type { PastDecision } from '../domain/replay-memory.ts';
import { NO_RISES } from '../domain/lease-memory.ts';
import { EMPTY_SITE_STATE } from '../domain/site-state.ts';
import { temperature } from '../domain/temperature.fixture.ts';
import type { RestoredSite } from '../ports.ts';
import type { Outcome } from './input.ts';
import { onAllocationFact } from './on-allocation-fact.ts';
import { onDispatchFact } from './on-dispatch-fact.ts';
import { onMeteringFact } from './on-metering-fact.ts';
import { onSiteConfig } from './on-site-config.ts';
import { onStationFact } from './on-station-fact.ts';
import { ShardTenure } from './shard-tenure.ts';

const SITE = siteId(DEPOT.siteId);
const RESTORED: RestoredSite = {
  ...{ siteId: SITE, ownerEpoch: 3n, decisionSeq: 7n, snapshotSeq: 1n, dispatcherEpoch: 4n },
  ...{ inputs: new Map(), state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
};

/** A shard with one site, restored; the dispatcher of epoch 4 and the optimizer of epoch 3 rule it. */
function tenure(): ShardTenure {
  const siteConfig = { topic: 'sites', next: 0n };
  return new ShardTenure({
    ...{ shard: 0, epoch: 5n, grip: { owns: () => true, acquireAgain: () => {} }, topics: [], beganAtMonoMs: 0 },
    restored: { sites: [RESTORED], models: [], siteConfig, unreadable: [] },
    mayHold: () => true,
  });
}

const intended: DispatchFact = {
  ...{ kind: 'limit-intended', stationId: stationId(stationName(1)), evse: 1, commandId: 'l1-320-0-3-1' },
};
const counts = (deciA: number): DispatchFact => {
  const fact = committed(1, deciA);
  if (fact.kind !== 'committed-changed') throw new Error('not that fact');
  return fact;
};
const when = (outcome: Outcome) => (outcome.kind === 'decide' ? outcome.when : outcome.kind);
const fromDispatcher = (owner: ShardTenure, epoch: bigint, fact: DispatchFact) =>
  when(onDispatchFact(owner, { siteId: SITE, content: { kind: 'fact', epoch, fact } }));

test('a dispatcher that has lost the shard concludes nothing; what it intended may still be obeyed, and is known', () => {
  const owner = tenure();
  const dispatch = () => owner.laneOf(SITE)?.state.evses.get(idOf(1))?.dispatch;
  expect(fromDispatcher(owner, 3n, counts(320))).toBe('nothing');
  expect(dispatch()?.committed).toBeUndefined();
  fromDispatcher(owner, 3n, intended);
  expect(dispatch()?.last).toEqual({ commandId: 'l1-320-0-3-1', outcome: 'sent' });
  expect(fromDispatcher(owner, 4n, counts(60))).toBe('now');
  expect(dispatch()?.committed).toBe(60);
});

test('LC2: a circuit that gets hotter is decided on at once, one that cools soon', () => {
  const owner = tenure();
  const take = (celsius: number, atMs: number): string => {
    const content = temperature(celsius, epochMs(atMs));
    if (content.kind !== 'site-meter-read') throw new Error('not that fact');
    return when(onMeteringFact(owner, { siteId: SITE, content }));
  };
  expect([20, 21, 21, 18].map((celsius, i) => take(celsius, T0 + i))).toEqual(['now', 'now', 'soon', 'soon']);
});

test('SI3: a committed value that rises is decided on at once, one that falls soon', () => {
  const owner = tenure();
  expect([60, 160, 100, 100].map((deciA) => fromDispatcher(owner, 4n, counts(deciA)))).toEqual([
    ...['now', 'now', 'soon', 'soon'],
  ]);
});

test('a station that went counts with more at once; one that came is decided on soon; a repeat is nothing', () => {
  const owner = tenure();
  const take = (fact: ReturnType<typeof connected>) => {
    if (fact.kind !== 'station-connected' && fact.kind !== 'station-disconnected') throw new Error('not that fact');
    return when(onStationFact(owner, { siteId: SITE, content: fact }));
  };
  expect([connected(1), connected(1), disconnected(1)].map(take)).toEqual(['soon', 'nothing', 'now']);
});

test('a document is taken at once, again too; an older one read late is not', () => {
  const owner = tenure();
  const model = (version: number) => siteOf({ ...DEPOT, version });
  const take = (version: number) => when(onSiteConfig(owner, { siteId: SITE, content: model(version) }));
  expect([2, 2, 1, 3].map(take)).toEqual(['now', 'now', 'nothing', 'now']);
  expect(owner.laneOf(SITE)?.model?.version).toBe(3);
});

test('MD12: what a DC station draws of its supply is what its power takes; a current of its battery says nothing, and a new document forgets', () => {
  const owner = tenure();
  const evse = evseInput(stationName(1), 'panel-a', { maxCurrent: 1_000 });
  const dc = { outputMaxW: 50_000, efficiencyPercent: 95, powerFactorPercent: 99 };
  const configure = (version: number, isDc: boolean) =>
    onSiteConfig(owner, {
      siteId: SITE,
      content: siteOf({ ...DEPOT, version, evses: [{ ...evse, ...(isDc ? { dc } : {}) }] }),
    });
  const measure = (atMs: number, sample: Partial<EvseSample>) => {
    const common = { isGood: true, sampledAtMs: T0 + atMs, receivedAtMs: T0 + atMs };
    const content = {
      kind: 'evse-measured',
      ...{ stationId: stationId(stationName(1)), evse: 1 },
      sample: { current: { l1: deciAmps(900) }, offered: deciAmps(900), ...common, ...sample },
    } satisfies MeteringFact;
    onMeteringFact(owner, { siteId: SITE, content });
    return owner.laneOf(SITE)?.state.evses.get(idOf(1))?.sample;
  };
  configure(1, false);
  expect(measure(0, {})).toMatchObject({ current: { l1: 900 }, offered: 900 });
  configure(2, true);
  expect(owner.laneOf(SITE)?.state.evses.get(idOf(1))?.sample).toBeUndefined();
  // 20 kW / (0.95 x 0.99 x 3 x 207 V) = 34.2 A.
  const each = { l1: 343, l2: 343, l3: 343 };
  expect(measure(1_000, { power: watts(20_000) })).toEqual({
    ...{ current: each, power: 20_000, isGood: true },
    ...{ sampledAtMs: T0 + 1_000, receivedAtMs: T0 + 1_000 },
  });
  expect(measure(2_000, {})).toMatchObject({ current: {} });
});

test('HO-11: while it reads, an owner replays each decision of those who ruled the shard once, in order; then none', () => {
  const owner = tenure();
  const decide = (epoch: bigint, seq: bigint, deciA: number): number | undefined => {
    const given = new Map([[idOf(1), { limit: deciAmps(deciA), isShared: true }]]);
    const decision: PastDecision = { epoch, seq, decidedAtMs: T0, given };
    onAllocationFact(owner, { siteId: SITE, content: { kind: 'decision-made', decision } });
    return owner.laneOf(SITE)?.memory.given.get(evseId(stationId(stationName(1)), 1))?.limit;
  };
  // Contained in the snapshot, or of an owner from before it.
  expect([decide(3n, 7n, 10), decide(2n, 99n, 20)]).toEqual([undefined, undefined]);
  expect([decide(3n, 8n, 80), decide(3n, 8n, 90), decide(4n, 1n, 100), decide(3n, 9n, 110)]).toEqual([
    ...[80, 80, 100, 100],
  ]);
  owner.caughtUp();
  expect(decide(5n, 1n, 120)).toBe(100);
});

test('HO-10: a decision that stands behind the mark of a later owner is not replayed: its writer had lost the shard', () => {
  const owner = tenure();
  onAllocationFact(owner, { siteId: SITE, content: { kind: 'epoch-opened', epoch: 4n } });
  const given = new Map([[idOf(1), { limit: deciAmps(80), isShared: true }]]);
  const made = (epoch: bigint) => {
    const decision: PastDecision = { epoch, seq: 8n, decidedAtMs: T0, given };
    onAllocationFact(owner, { siteId: SITE, content: { kind: 'decision-made', decision } });
    return owner.laneOf(SITE)?.memory.given.size;
  };
  expect([made(3n), made(4n)]).toEqual([0, 1]);
});
