import { TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import {
  circuitId,
  deciAmps,
  epochMs,
  type EvseId,
  sessionId,
  type SiteId,
  siteId,
  stationId,
  transactionId,
  wattHours,
  watts,
} from '@headroom/kernel';
import fc from 'fast-check';
import type { PastGiven } from '../../domain/replay-memory.ts';
import type { AllocationInput } from '../../app/on-allocation-fact.ts';
import type { DispatchInput } from '../../app/on-dispatch-fact.ts';
import { LADDER_STEPS } from '@headroom/site-model';
import { type Fact, type GridFact, type MeteringFact, type SessionFact, type StationFact } from '../../domain/facts.ts';
import type { GridTimeline } from '../../domain/grid-timeline.ts';
import {
  booted,
  building,
  chargingState,
  committed,
  connected,
  disconnected,
  drawing,
  idOf,
  limitCleared,
  limited,
  stationName,
  status,
  T0,
} from '../../domain/given.fixture.ts';
import { type RecordedPlan, recordedPlanOf } from '../../domain/planning/kept-plan.ts';

/** Tests only: pasts of one shard, as random as the facts of its producers can be. */
export const SITES: readonly SiteId[] = ['depot', 'annex'].map(siteId);
export const BAYS = 3;

/** What one record of the shard says. */
export type Content =
  | { readonly topic: 'stationFacts'; readonly content: StationFact }
  | { readonly topic: 'sessionFacts'; readonly content: SessionFact }
  | { readonly topic: 'meteringFacts'; readonly content: MeteringFact }
  | { readonly topic: 'gridFacts'; readonly content: GridFact }
  | { readonly topic: 'dispatchFacts'; readonly content: DispatchInput }
  | { readonly topic: 'allocationFacts'; readonly content: AllocationInput };
export type Said = Content & { readonly site: SiteId | '' };

const bay = fc.integer({ min: 1, max: BAYS });
const number = (max: number) => fc.integer({ min: 0, max });
const current = fc.record({ l1: number(330), l2: number(330), l3: number(330) }, { requiredKeys: [] });

/** One fact at an instant; some come late, some twice. */
const facts = (ms: number): fc.Arbitrary<Content> => {
  const atMs = epochMs(T0 + ms);
  const ofSession = fc.tuple(bay, number(2)).map(([n, k]) => ({
    ...{ stationId: stationId(stationName(n)), evse: 1, atMs },
    sessionId: sessionId(`s-${n}-${k}`),
    transactionId: transactionId(`tx-${n}-${k}`),
  }));
  const generation = number(3).map(BigInt);
  const station = (content: Fact) => ({ topic: 'stationFacts' as const, content: content as StationFact });
  const metering = (content: Fact) => ({ topic: 'meteringFacts' as const, content: content as MeteringFact });
  const session = (content: SessionFact) => ({ topic: 'sessionFacts' as const, content });
  const dispatch = (content: DispatchInput) => ({ topic: 'dispatchFacts' as const, content });
  const own = (content: AllocationInput) => ({ topic: 'allocationFacts' as const, content });
  return fc.oneof(
    fc.tuple(bay, generation).map(([n, g]) => station(connected(n, g, atMs))),
    fc.tuple(bay, generation).map(([n, g]) => station(disconnected(n, g, atMs))),
    bay.map((n) => station(booted(n, atMs))),
    fc
      .tuple(bay, number(330), fc.constantFrom('A' as const, 'W' as const), fc.boolean())
      .map(([n, limit, unit, ends]) =>
        station(limited(n, limit, atMs, { unit, ...(ends ? { untilMs: epochMs(atMs + 30_000) } : {}) })),
      ),
    bay.map((n) => station(limitCleared(n, atMs))),
    fc
      .tuple(bay, fc.constantFrom('preparing', 'charging', 'suspended-ev', 'available', 'faulted'))
      .map(([n, value]) => station(status(n, value, atMs))),
    fc
      .tuple(bay, fc.constantFrom('charging', 'suspended-ev', 'idle'))
      .map(([n, value]) => station(chargingState(n, value, atMs))),
    ofSession.map((of) => session({ ...of, kind: 'session-started' })),
    fc.tuple(ofSession, fc.option(number(9_000), { nil: undefined }), fc.boolean()).map(([of, wh, authorized]) =>
      session({
        ...of,
        ...{ kind: 'transaction-opened', authorized },
        ...(wh === undefined ? {} : { meterStart: wattHours(wh) }),
      }),
    ),
    ofSession.map((of) => session({ ...of, kind: 'transaction-closed', energy: wattHours(1_234) })),
    ofSession.map((of) => session({ ...of, kind: 'session-ended' })),
    fc.tuple(ofSession, fc.option(number(90_000), { nil: undefined })).map(([of, forMs]) =>
      session({
        ...{ ...of, kind: 'boost-set', setBy: 'operator' },
        ...(forMs === undefined ? {} : { untilMs: epochMs(atMs + forMs) }),
      }),
    ),
    ofSession.map((of) =>
      session({
        ...of,
        kind: 'charging-requested',
        energy: wattHours(20_000),
        departureAtMs: epochMs(atMs + 9_000_000),
        ...(ms % 3 === 0 ? { battery: { size: wattHours(60_000 + ms), atPlugIn: wattHours(ms) } } : {}),
        ...(ms % 2 === 0
          ? {}
          : {
              discharge: {
                ...{ atPlugIn: wattHours(ms), keep: wattHours(3_000) },
                ...{ efficiencyPercent: 1 + (ms % 100), wearMicroPerKwh: ms },
              },
            }),
      }),
    ),
    fc.tuple(bay, current, fc.boolean()).map(([n, deciA, rich]) => metering(sample(drawing(n, deciA, atMs), rich))),
    fc.tuple(number(1_500), number(20_000)).map(([deciA, lateMs]) => metering(building(deciA, atMs - lateMs))),
    fc.tuple(bay, number(330), fc.boolean(), number(3)).map(([n, value, masked, epoch]) =>
      dispatch({
        ...{ kind: 'fact', epoch: BigInt(epoch) },
        fact: dispatched(n, value, masked, atMs),
      }),
    ),
    fc.tuple(bay, number(5)).map(([n, k]) => {
      const fact = {
        kind: 'limit-intended',
        stationId: stationId(stationName(n)),
        evse: 1,
        commandId: `c-${k}`,
      } as const;
      return dispatch({ kind: 'fact', epoch: 3n, fact });
    }),
    fc.tuple(bay, fc.constantFrom(undefined, ...LADDER_STEPS), fc.boolean()).map(([n, step, refuses]) => {
      const of = { kind: 'evse-disobeys', stationId: stationId(stationName(n)), evse: 1, step } as const;
      const fact = { ...of, ...(refuses ? { refusesZero: true as const } : {}) };
      return dispatch({ kind: 'fact', epoch: 3n, fact });
    }),
    fc
      .tuple(bay, number(5), fc.constantFrom('accepted', 'rejected', 'unanswered', 'never-written'))
      .map(([n, k, outcome]) => {
        const ref = { stationId: stationId(stationName(n)), evse: 1, commandId: `c-${k}` };
        return dispatch({ kind: 'fact', epoch: 3n, fact: { ...ref, kind: 'limit-resolved', outcome } });
      }),
    fc
      .tuple(fc.constantFrom('' as const, circuitId('panel-a')), number(4), timelineFrom(atMs), fc.boolean())
      .map(([target, version, limits, emits]) => {
        const carbon = [{ startMs: epochMs(atMs), mgPerKwh: version * 1_000 }];
        const timeline = { version: BigInt(version), limits, ...(emits ? { carbon } : {}) };
        return { topic: 'gridFacts' as const, content: { kind: 'grid-timeline-set' as const, target, timeline } };
      }),
    number(4).map((epoch) => dispatch({ kind: 'epoch-opened', epoch: BigInt(epoch) })),
    number(4).map((epoch) => own({ kind: 'epoch-opened', epoch: BigInt(epoch) })),
    fc
      .tuple(number(4), fc.array(fc.tuple(number(330), fc.boolean()), { minLength: BAYS, maxLength: BAYS }))
      .map(([epoch, limits]) => {
        const given = limits.map(([limit, isShared], i): [EvseId, PastGiven] => [
          idOf(i + 1),
          {
            limit: deciAmps(limit),
            isShared,
            ...(limit % 3 === 0 ? {} : { later: laterOf(atMs, limit) }),
            ...(limit % 2 === 0
              ? {}
              : { credit: { amount: 500 - limit * 900, asOfMs: epochMs(atMs), perS: limit - 60 } }),
          },
        ]);
        const lease = { leaseS: 60, reason: '60 s: it moves.', lookedAtMs: epochMs(atMs - 1_000), siteVersion: epoch };
        const decision = {
          ...{ epoch: BigInt(epoch), seq: BigInt(ms), decidedAtMs: atMs, given: new Map(given) },
          ...(epoch === 0 ? {} : { lease }),
        };
        return own({ kind: 'decision-made', decision });
      }),
    fc
      .tuple(number(4), number(9))
      .map(([epoch, watts]) => own({ kind: 'plan-made', plan: planFrom(atMs, epoch, watts) })),
  );
};

/** Of two intervals, one of them beyond its first hour; of some cars nobody knows what they had. */
function planFrom(atMs: number, epoch: number, watts: number): RecordedPlan {
  const boundsMs = [atMs, atMs + 200_000, atMs + 5_000_000];
  const read = recordedPlanOf({
    ...{ epoch: BigInt(epoch), seq: BigInt(atMs), siteVersion: 1, snapshotHash: 'ff', objectives: [] },
    ...{ createdAtMs: epochMs(atMs), validUntilMs: epochMs(atMs + 500_000), costMicro: undefined },
    ...{ mode: watts % 2 === 0 ? 'energy' : 'cost', boundsMs, importW: [1, 2], envelopeW: [watts, 9_000] },
    sessions: [1, 2, BAYS].map((n) => ({
      ...{ sessionId: sessionId(`s-${n}-${watts % 3}`), needWh: 4_000, missingWh: 0, byMs: epochMs(atMs) },
      ...{ deliveredWh: n === 1 ? undefined : watts, energyWh: [watts * (n - 1), 70] },
      // Some give back and take nothing.
      ...(watts % 2 === 0 ? {} : { dischargeWh: [watts * (BAYS - n), 3] }),
    })),
  });
  if (read.kind === 'err') throw new Error(read.error);
  return read.value;
}

const laterOf = (atMs: number, limit: number) => ({
  fromMs: epochMs(atMs + (limit % 2) * 60_000),
  limit: deciAmps(limit - (limit % 3)),
});

/** Up to two limits, the second one perhaps without an end. */
const timelineFrom = (atMs: number): fc.Arbitrary<GridTimeline['limits']> =>
  fc
    .array(fc.tuple(number(40_000), fc.constantFrom('event', 'return', 'fallback'), fc.boolean()), { maxLength: 2 })
    .map((told) =>
      told.map(([limitW, kind, isOpen], n) => ({
        ...{ startMs: epochMs(atMs + n * 90_000), limitW: watts(limitW), kind, source: 'dso', eventId: `e-${n}` },
        ...(isOpen && n === told.length - 1 ? {} : { endMs: epochMs(atMs + n * 90_000 + 80_000) }),
      })),
    );

function sample(fact: Fact, rich: boolean): Fact {
  if (fact.kind !== 'evse-measured' || !rich) return fact;
  const more = {
    power: watts(11_000),
    register: wattHours(4_200),
    exported: wattHours(700 + (fact.sample.sampledAtMs % 300)),
    offered: deciAmps(160),
    socPercent: 55,
    isGood: false,
  };
  return { ...fact, sample: { ...fact.sample, ...more } };
}

function dispatched(n: number, value: number, masked: boolean, atMs: number) {
  const mask = masked ? { mask: { phases: ['l1' as const], elsewhere: deciAmps(60) } } : {};
  const member = ['fallback', 'hardware-maximum', 'measured'][value % 3] ?? 'fallback';
  const fact = committed(n, value, {
    ...mask,
    member,
    commanded: value,
    atMs,
    ...(masked ? { passesPercent: 90 } : {}),
  });
  if (fact.kind !== 'committed-changed') throw new Error('the fixture makes another fact');
  return {
    ...fact,
    ...(value % 5 === 0 ? { fallbackOnly: true as const } : {}),
    ...(value % 5 === 1 ? { leaseAtMost: deciAmps(100 + value) } : {}),
    ...(value % 4 === 0 ? { discharge: deciAmps(value) } : {}),
    leaseUntilMs: epochMs(atMs + 120_000),
  };
}

/** A past of the shard: facts every few seconds, of two sites, in the order in which they came. */
export const pasts: fc.Arbitrary<readonly Said[]> = fc
  .array(fc.tuple(fc.constantFrom(...SITES), fc.integer({ min: 0, max: 6_000 })), { minLength: 1, maxLength: 120 })
  .chain((steps) => {
    let ms = 0;
    const made = steps.map(([site, waitMs]) => {
      ms += waitMs + 1;
      return facts(ms).map((said): Said => ({ ...said, site: isOfShard(said) ? '' : site }));
    });
    return fc.tuple(...made).map(asOwnersWrite);
  });

/** Nobody decides or plans in an epoch that is not opened yet. What is of a lower one comes from a zombie. */
function asOwnersWrite(past: readonly Said[]): readonly Said[] {
  return past.map((said, index): Said => {
    if (said.topic !== 'allocationFacts' || said.content.kind === 'epoch-opened') return said;
    const opened = openedBy(past, index);
    const atMost = (epoch: bigint): bigint => (epoch < opened ? epoch : opened);
    const { content } = said;
    return content.kind === 'decision-made'
      ? { ...said, content: { ...content, decision: { ...content.decision, epoch: atMost(content.decision.epoch) } } }
      : { ...said, content: { ...content, plan: { ...content.plan, epoch: atMost(content.plan.epoch) } } };
  });
}

const isOfShard = ({ content }: Content): boolean => content.kind === 'epoch-opened';

/** The past as it stands in the log. The value of a record is its place in the past. */
export function logOf(past: readonly Said[]): readonly StoredRecord[] {
  const ends = new Map<string, bigint>();
  return past.map(({ topic }, index) => {
    const { name } = TOPICS[topic];
    const offset = ends.get(name) ?? 0n;
    ends.set(name, offset + 1n);
    return { topic: name, partition: 0, offset, key: '', headers: {}, value: Uint8Array.of(index >> 8, index & 255) };
  });
}

export const openedBy = (past: readonly Said[], index: number): bigint =>
  past.slice(0, index + 1).reduce((highest, { topic, content }) => {
    const isOpened = topic === 'allocationFacts' && content.kind === 'epoch-opened' && content.epoch > highest;
    return isOpened ? content.epoch : highest;
  }, 0n);
