import {
  allocationV1,
  type commonV1,
  dispatchV1,
  gridV1,
  HEADERS,
  meteringV1,
  stationV1,
  TOPICS,
} from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import type { PhaseTriple } from '../checkers/circuits.ts';
import type { CompositeFound } from '../checkers/composites.ts';
import type { Ends } from '../checkers/connections.ts';
import { type ControlFact, LADDER_STEPS, type Resolution } from '../checkers/decisions.ts';
import type { MeterReading } from '../checkers/meter-readings.ts';
import type { TemperatureReading } from '../checkers/temperatures.ts';
import type { ToldRecord } from '../checkers/order.ts';
import type { OwnedRecord } from '../checkers/tenures.ts';
import type { ToldTimeline } from '../checkers/timelines.ts';

const DECI = 10;
const SITE_METER_READ = 'SiteMeterRead';
/** Topics that the registry writes from its outbox, in order. */
const OUTBOX_TOPICS: readonly string[] = [TOPICS.siteConfig.name, TOPICS.sessionFacts.name];

export const ampsOf = (l1: number, l2: number, l3: number): PhaseTriple => [l1 / DECI, l2 / DECI, l3 / DECI];

const STATION_CONNECTED = 'connected';

/** Which station is connected to which gateway; undefined: it says nothing of that. */
export function connectedOf({ topic, headers, value }: StoredRecord): Ends | undefined {
  if (topic !== TOPICS.stationFacts.name || headers[HEADERS.eventType] !== STATION_CONNECTED) return undefined;
  const { stationId, fact } = stationV1.StationFact.decode(value);
  return fact?.$case === 'connected' ? { gateway: fact.value.gatewayAddress, stationId } : undefined;
}

/** Undefined: its order counts for nothing here. */
export function toldRecordOf({ topic, key, headers }: StoredRecord): ToldRecord | undefined {
  if (!OUTBOX_TOPICS.includes(topic)) return undefined;
  return { lane: `${topic} of ${key}`, eventId: headers[HEADERS.eventId] ?? '' };
}

/** What a meter of the site told; undefined: it is no such record. */
export function meterReadingOf({ topic, headers, value }: StoredRecord): MeterReading | undefined {
  if (topic !== TOPICS.meteringFacts.name || headers[HEADERS.eventType] !== SITE_METER_READ) return undefined;
  const { fact } = meteringV1.MeteringFact.decode(value);
  // A temperature has no currents.
  if (fact?.$case !== 'siteMeterRead' || fact.value.current === undefined) return undefined;
  const { meterId: whose, sampledAtMs, current } = fact.value;
  const { l1DeciA = Number.NaN, l2DeciA = Number.NaN, l3DeciA = Number.NaN } = current;
  return { whose, sampledAtMs: Number(sampledAtMs), currentA: ampsOf(l1DeciA, l2DeciA, l3DeciA) };
}

/** What a sensor of temperature of the site told; undefined: it is no such record. */
export function temperatureOf({ topic, headers, value }: StoredRecord): TemperatureReading | undefined {
  if (topic !== TOPICS.meteringFacts.name || headers[HEADERS.eventType] !== SITE_METER_READ) return undefined;
  const { fact } = meteringV1.MeteringFact.decode(value);
  if (fact?.$case !== 'siteMeterRead' || fact.value.temperatureDeciC === undefined) return undefined;
  const { meterId: whose, sampledAtMs, temperatureDeciC } = fact.value;
  return { whose, sampledAtMs: Number(sampledAtMs), celsius: temperatureDeciC / DECI };
}

const WATTS_OF_KW = 1_000;

/** What the site is told of the grid's limits on a circuit; undefined: it is no such record. */
export function timelineOf({ topic, value }: StoredRecord): ToldTimeline | undefined {
  if (topic !== TOPICS.gridFacts.name) return undefined;
  const { fact } = gridV1.GridFact.decode(value);
  if (fact?.$case !== 'timelineSet') return undefined;
  const segments = fact.value.segments.map(({ startMs, endMs, limitW }) => ({
    startMs: Number(startMs),
    endMs: endMs === undefined ? Number.POSITIVE_INFINITY : Number(endMs),
    limitKw: limitW === undefined ? undefined : Number(limitW) / WATTS_OF_KW,
  }));
  const { circuitId: circuit } = fact.value;
  return circuit === undefined ? undefined : { circuit, segments };
}

/** The record of a dispatcher that was read last: a court asks several things of each, one after the other. */
let lastRead: { readonly value: Uint8Array; readonly fact: dispatchV1.DispatchFact } | undefined;

function factOfDispatcher(value: Uint8Array): dispatchV1.DispatchFact {
  if (lastRead?.value !== value) lastRead = { value, fact: dispatchV1.DispatchFact.decode(value) };
  return lastRead.fact;
}

/** What the platform found in what a station says of its limits; undefined: it is no such record. */
export function compositeFoundOf({ topic, value }: StoredRecord): CompositeFound | undefined {
  if (topic !== TOPICS.dispatchFacts.name) return undefined;
  const { fact } = factOfDispatcher(value);
  if (fact?.$case !== 'compositeChecked') return undefined;
  const { stationId, evse, findings, atMs, atMostDeciA } = fact.value;
  const has = (finding: dispatchV1.CompositeFinding): boolean => findings.includes(finding);
  return {
    ...{ stationId, evseId: `${stationId}/${evse}`, atMs: Number(atMs) },
    ...(atMostDeciA === undefined ? {} : { atMostA: atMostDeciA / DECI }),
    isLess: has(dispatchV1.CompositeFinding.LESS),
    isMore: has(dispatchV1.CompositeFinding.MORE),
    isEndless: has(dispatchV1.CompositeFinding.NEVER_ENDS),
  };
}

/** A lease of a model of which no pack tells was seen to end. */
export const isLeaseEndSeen = ({ topic, value }: StoredRecord): boolean =>
  topic === TOPICS.dispatchFacts.name && factOfDispatcher(value).fact?.$case === 'leaseEndSeen';

/** What an owner of a shard wrote there. */
export interface OwnersWord {
  readonly by: OwnedRecord;
  /** What it says of limits, as plain facts for the checkers; undefined: nothing. */
  readonly control: ControlFact | undefined;
}

/** Undefined: it is no record of an owner. */
export function ownersWordOf({ topic, partition: shard, value }: StoredRecord): OwnersWord | undefined {
  if (topic === TOPICS.allocationFacts.name) {
    const fact = allocationV1.AllocationFact.decode(value);
    const by: OwnedRecord = { role: 'optimizer', shard, epoch: epochOf(fact.ownerEpoch, fact) };
    return { by, control: allocationFactOf(fact, shard) };
  }
  if (topic !== TOPICS.dispatchFacts.name) return undefined;
  const fact = factOfDispatcher(value);
  return {
    by: { role: 'dispatcher', shard, epoch: epochOf(fact.dispatcherEpoch, fact) },
    control: dispatchFactOf(fact),
  };
}

/** That of the mark of a new owner, or of its writer. */
const epochOf = (ofWriter: bigint, { fact }: allocationV1.AllocationFact | dispatchV1.DispatchFact): number =>
  Number(fact?.$case === 'epochOpened' ? fact.value.epoch : ofWriter);

const laterOf = (later: commonV1.LaterLimit | undefined): number | undefined =>
  later === undefined ? undefined : later.limitDeciA / DECI;

/** Of who has what it has whatever others do, and of some who share. */
const FIXED_CODES = new Set(['', 'NONE', 'AUTH_PENDING', 'STATION_OFFLINE_FALLBACK', 'PROFILE_NOT_ENFORCED']);

function allocationFactOf({ ownerEpoch, fact }: allocationV1.AllocationFact, shard: number): ControlFact | undefined {
  switch (fact?.$case) {
    case 'epochOpened':
      return { kind: 'opened', shard, epoch: Number(fact.value.epoch) };
    case 'decisionMade': {
      const limits = fact.value.allocations.map(({ stationId, evse, transactionId, limitDeciA, later, reason }) => ({
        ...{ evseId: `${stationId}/${evse}`, transactionId, limitA: limitDeciA / DECI, laterA: laterOf(later) },
        ...(transactionId === '' || FIXED_CODES.has(reason?.code ?? '') ? { isFixed: true as const } : {}),
      }));
      const { seq, decidedAtMs } = fact.value;
      const of = { shard, epoch: Number(ownerEpoch), seq: Number(seq), decidedAtMs: Number(decidedAtMs) };
      return { kind: 'decided', ...of, limits };
    }
    // Of limits it says nothing.
    case 'planMade':
    case undefined:
      return undefined;
  }
}

function dispatchFactOf({ fact }: dispatchV1.DispatchFact): ControlFact | undefined {
  if (fact?.$case === 'evseDisobeys') {
    const { stationId, evse, step, refusesZero } = fact.value;
    // Who refuses 0 A is not told it.
    const isForbidden = step >= dispatchV1.ObedienceStep.FORBID && !refusesZero;
    const at = LADDER_STEPS[step - dispatchV1.ObedienceStep.RESEND];
    const steps = refusesZero ? { step: undefined, refusalStep: at } : { step: at };
    return { kind: 'ladder', evseId: `${stationId}/${evse}`, isForbidden, ...steps };
  }
  if (fact?.$case === 'committedChanged') {
    const { stationId, evse, committedDeciA, dischargeDeciA = 0 } = fact.value;
    const counts = { countsA: committedDeciA / DECI, countsBackA: dischargeDeciA / DECI };
    return { kind: 'counted', evseId: `${stationId}/${evse}`, ...counts };
  }
  if (fact?.$case === 'limitIntended') {
    const { commandId, stationId, evse, transactionId, limitDeciA, intendedAtMs, leaseUntilMs, later } = fact.value;
    const { dischargeDeciA } = fact.value;
    // A fallback is nobody's decision, it stands in the document.
    if (leaseUntilMs === undefined) return undefined;
    return {
      kind: 'intended',
      ...{ commandId, transactionId, evseId: `${stationId}/${evse}`, limitA: limitDeciA / DECI },
      laterA: laterOf(later),
      ...(dischargeDeciA === undefined ? {} : { backA: dischargeDeciA / DECI }),
      ...{ atMs: Number(intendedAtMs), untilMs: Number(leaseUntilMs) },
    };
  }
  if (fact?.$case !== 'limitResolved') return undefined;
  const { commandId, stationId, evse, outcome } = fact.value;
  const resolution = RESOLUTIONS.get(outcome);
  return resolution && { kind: 'resolved', commandId, evseId: `${stationId}/${evse}`, resolution };
}

const RESOLUTIONS: ReadonlyMap<dispatchV1.LimitOutcome, Resolution> = new Map([
  [dispatchV1.LimitOutcome.ACCEPTED, 'stands'],
  [dispatchV1.LimitOutcome.REJECTED, 'void'],
  [dispatchV1.LimitOutcome.NEVER_WRITTEN, 'void'],
  [dispatchV1.LimitOutcome.UNANSWERED, 'open'],
]);
