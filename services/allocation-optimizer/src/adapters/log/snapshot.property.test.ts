import { expect, test } from '@jest/globals';
import { sessionV1, siteStateV1, TOPICS } from '@headroom/contracts';
import { epochMs, err, ok, sessionId, siteId, stationId, transactionId, wattHours } from '@headroom/kernel';
import fc from 'fast-check';
import { ShardTenure } from '../../app/shard-tenure.ts';
import type { SiteLane } from '../../app/site-lane.ts';
import { boosted } from '../../domain/boosted.fixture.ts';
import { canonical } from '../../domain/canonical.ts';
import { decide } from '../../domain/decide.ts';
import type { Fact, StationFact } from '../../domain/facts.ts';
import { EMPTY_MEMORY } from '../../domain/control-memory.ts';
import {
  after,
  building,
  car,
  connected,
  DEPOT,
  disconnected,
  idOf,
  measured,
  ready,
  siteOf,
  stationName,
  T0,
} from '../../domain/given.fixture.ts';
import { temperature } from '../../domain/temperature.fixture.ts';
import { NO_RISES } from '../../domain/lease-memory.ts';
import type { RestoredShard, RestoredSite } from '../../ports.ts';
import { type Decoded, handlers, RESTORED_TOPICS } from '../../service.ts';
import { sessionFactOf } from './session-facts.ts';
import { ownerMemoryToWire } from './owner-memory-to-wire.ts';
import { restoredSiteOf, stateOf } from './owner-memory-of-wire.ts';
import { BAYS, type Content, logOf, openedBy, pasts, type Said, SITES } from './past.fixture.ts';

const MODELS = SITES.map((id) =>
  siteOf({ ...DEPOT, siteId: id, leaseAtLeastS: 20, evses: DEPOT.evses.slice(0, BAYS), share: 'smoothed-laxity' }),
);
const EPOCH = 90n;

function tenureOf(restored: RestoredShard): ShardTenure {
  const grip = { owns: () => true, acquireAgain: () => {} };
  return new ShardTenure({
    ...{ shard: 0, epoch: EPOCH, grip, restored, topics: RESTORED_TOPICS, beganAtMonoMs: 0 },
    mayHold: () => true,
  });
}

const restoredFrom = (sites: readonly RestoredSite[]): RestoredShard => ({
  ...{ sites, models: MODELS, unreadable: [] },
  siteConfig: { topic: TOPICS.siteConfig.name, next: 0n },
});

/** Reads the log as the service does, from where the tenure begins; `until` sees each record once it is handled. */
function replay(tenure: ShardTenure, past: readonly Said[], seen: (index: number) => void = () => {}): void {
  const told =
    <Kind extends Content>(isIt: (content: Content) => content is Kind) =>
    (value: Uint8Array): Decoded<Kind['content']> => {
      const said = past[(value[0] ?? 0) * 256 + (value[1] ?? 0)];
      return said !== undefined && isIt(said)
        ? ok({ siteId: said.site, content: said.content })
        : err('of another topic');
    };
  const table = handlers({
    decode: {
      siteConfig: () => err('none here'),
      stationFact: told((said) => said.topic === 'stationFacts'),
      sessionFact: told((said) => said.topic === 'sessionFacts'),
      meteringFact: told((said) => said.topic === 'meteringFacts'),
      gridFact: told((said) => said.topic === 'gridFacts'),
      dispatchFact: told((said) => said.topic === 'dispatchFacts'),
      allocationFact: told((said) => said.topic === 'allocationFacts'),
    },
  });
  for (const [index, record] of logOf(past).entries()) {
    if (record.offset >= (tenure.startOf(record.topic) ?? 0n)) {
      const outcome = table.get(record.topic)?.(tenure, record);
      if (outcome?.kind === 'refused') throw new Error(outcome.reason);
      tenure.noteHandled(record);
    }
    seen(index);
  }
}

/** The snapshot that an owner would write of the lane now, over the wire. */
function snapshotOf(tenure: ShardTenure, lane: SiteLane, openedEpoch: bigint): RestoredSite {
  const memory = ownerMemoryToWire({
    ...{ state: lane.state, memory: lane.memory, rises: lane.rises, forecast: lane.forecast, snapshotSeq: 1n },
    dispatcherEpoch: tenure.dispatcherEpoch(),
  });
  const wire = siteStateV1.SiteState.fromPartial({
    siteId: lane.siteId,
    ownerEpoch: openedEpoch,
    decisionSeq: lane.replayed.epoch === openedEpoch ? lane.replayed.seq : 0n,
    inputs: tenure.positions().map((position) => ({ ...position })),
  });
  const bytes = siteStateV1.SiteState.encode({ ...wire, memory }).finish();
  const restored = restoredSiteOf(siteStateV1.SiteState.decode(bytes));
  if (restored.kind === 'err') throw new Error(restored.error);
  return restored.value;
}

test('what an owner keeps of a site survives the wire without any loss', () => {
  fc.assert(
    fc.property(pasts, (past) => {
      const tenure = tenureOf(restoredFrom([]));
      replay(tenure, past);
      for (const lane of tenure.lanes()) {
        const restored = snapshotOf(tenure, lane, 7n);
        expect(restored.state).toEqual(lane.state);
        expect(restored.memory).toEqual(lane.memory);
        expect(restored.rises).toEqual(lane.rises);
        expect(restored.forecast).toEqual(lane.forecast);
        expect(restored.inputs).toEqual(new Map(tenure.positions().map(({ topic, offset }) => [topic, offset])));
      }
    }),
    { numRuns: 150 },
  );
});

test('HO-11: replay from a snapshot taken at any point equals replay from the start, in state and in the next decision', () => {
  fc.assert(
    fc.property(pasts, fc.array(fc.nat(), { minLength: SITES.length, maxLength: SITES.length }), (past, cuts) => {
      const whole = tenureOf(restoredFrom([]));
      const snapshots: RestoredSite[] = [];
      replay(whole, past, (index) => {
        for (const [n, site] of SITES.entries()) {
          const lane = whole.laneOf(site);
          if (lane === undefined || index !== (cuts[n] ?? 0) % past.length) continue;
          snapshots.push(snapshotOf(whole, lane, openedBy(past, index)));
        }
      });
      const later = tenureOf(restoredFrom(snapshots));
      replay(later, past);
      const nowMs = epochMs(T0 + 1_000_000);
      for (const [n, site] of SITES.entries()) {
        const [a, b, model] = [whole.laneOf(site), later.laneOf(site), MODELS[n]];
        if (a === undefined || b === undefined || model === undefined) throw new Error('a site is missing');
        expect(b.state).toEqual(a.state);
        expect(b.memory).toEqual(a.memory);
        expect(b.rises).toEqual(a.rises);
        expect(b.forecast).toEqual(a.forecast);
        const [one, other] = [a, b].map(({ state, memory }) => decide(model, state, memory, nowMs));
        expect(canonical(other)).toBe(canonical(one));
      }
      expect(new Map(later.positions().map(({ topic, offset }) => [topic, offset]))).toEqual(
        new Map(whole.positions().map(({ topic, offset }) => [topic, offset])),
      );
    }),
    { numRuns: 200 },
  );
});

test('planted: a snapshot whose positions are one record ahead of its state is seen', () => {
  const [site = siteId('')] = SITES;
  const told = (content: Fact): Said => ({ site, topic: 'stationFacts', content: content as StationFact });
  const past = [told(connected(1, 1n, T0)), told(disconnected(1, 1n, T0 + 1))];
  const whole = tenureOf(restoredFrom([]));
  const snapshots: RestoredSite[] = [];
  replay(whole, past, (index) => {
    const lane = whole.laneOf(site);
    if (index === 0 && lane !== undefined) snapshots.push(snapshotOf(whole, lane, 0n));
  });
  const stateFrom = (ahead: bigint) => {
    const moved = snapshots.map((each) => ({
      ...each,
      inputs: new Map([...each.inputs].map(([topic, offset]) => [topic, offset + ahead])),
    }));
    const later = tenureOf({ ...restoredFrom(moved), models: MODELS.slice(0, 1) });
    replay(later, past);
    return later.laneOf(site)?.state;
  };
  expect(stateFrom(0n)).toEqual(whole.laneOf(site)?.state);
  expect(stateFrom(1n)).not.toEqual(whole.laneOf(site)?.state);
});

test.each([
  ['what a session gave back in its earlier transactions', T0, { exportedBefore: 2_500 }],
  ['that nobody saw it', T0 - 600_000, { exportUnknown: true }],
])('a snapshot holds %s', (_, openedAtMs, expected) => {
  const of = { stationId: stationId(stationName(1)), evse: 1, sessionId: sessionId('session-1') };
  const told = (exported: number, atMs: number): Fact => {
    const fact = measured(1, 0, atMs);
    if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
    return { ...fact, sample: { ...fact.sample, exported: wattHours(exported) } };
  };
  const state = after([
    ...car(1, openedAtMs),
    {
      ...{ kind: 'charging-requested', ...of, atMs: T0, energy: wattHours(9_000) },
      discharge: { atPlugIn: wattHours(9_000), keep: wattHours(0), efficiencyPercent: 90, wearMicroPerKwh: 0 },
      battery: { size: wattHours(40_000), atPlugIn: wattHours(9_000) },
    },
    told(5_000, T0 + 1_000),
    told(7_500, T0 + 2_000),
    { kind: 'transaction-closed', ...of, atMs: epochMs(T0 + 3_000), transactionId: transactionId('tx-1') },
  ]);
  const snapshot = { state, memory: EMPTY_MEMORY, rises: NO_RISES, snapshotSeq: 1n, dispatcherEpoch: 0n };
  const bytes = siteStateV1.OwnerMemory.encode(ownerMemoryToWire({ ...snapshot, billing: undefined })).finish();
  const read = stateOf(siteStateV1.OwnerMemory.decode(bytes)).evses.get(idOf(1))?.session;
  expect(read).toMatchObject(expected);
  expect(read).toEqual(state.evses.get(idOf(1))?.session);
});

test('C70 the next owner goes on with a boost, and decides as the one before; one that only reads the log has it, too', () => {
  const site = siteOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 2) });
  const past = [1, 2].flatMap((n) => [...ready(n), ...car(n)]);
  const state = after([...past, building(1_400, T0), boosted(2, T0 + 60_000)]);
  const snapshot = { state, memory: EMPTY_MEMORY, rises: NO_RISES, snapshotSeq: 1n, dispatcherEpoch: 0n };
  const bytes = siteStateV1.OwnerMemory.encode(ownerMemoryToWire({ ...snapshot, billing: undefined })).finish();
  const heir = stateOf(siteStateV1.OwnerMemory.decode(bytes));
  expect(heir.evses.get(idOf(2))?.transaction?.boost).toEqual({ untilMs: T0 + 60_000, setBy: 'operator' });
  const decisionOf = (known: typeof state) => decide(site, known, EMPTY_MEMORY, T0).decision;
  expect(decisionOf(heir)).toEqual(decisionOf(state));
  const told = { sessionId: 'session-2', siteId: 'demo-depot', stationId: stationName(2), evse: 1 };
  const boostSet = { transactionId: 'tx-2', untilMs: BigInt(T0 + 60_000), setBy: 'operator' };
  const fact: sessionV1.SessionFact = {
    ...told,
    occurredAtMs: BigInt(T0),
    fact: { $case: 'boostSet', value: boostSet },
  };
  const read = sessionFactOf(sessionV1.SessionFact.encode(fact).finish(), {});
  expect(read.kind === 'ok' && read.value?.content).toEqual(boosted(2, T0 + 60_000));
});

test('LC2: what counts of a temperature that falls crosses to the heir', () => {
  const state = after([temperature(41), temperature(40.1, T0 + 1_000)]);
  const snapshot = { state, memory: EMPTY_MEMORY, rises: NO_RISES, snapshotSeq: 1n, dispatcherEpoch: 0n };
  const bytes = siteStateV1.OwnerMemory.encode(ownerMemoryToWire({ ...snapshot, billing: undefined })).finish();
  const heir = stateOf(siteStateV1.OwnerMemory.decode(bytes));
  expect(heir.readings.get('duct')).toMatchObject({ temperatureDeciC: 410, sampledAtMs: T0 + 1_000 });
  expect(heir.readings.get('duct')).toEqual(state.readings.get('duct'));
});
