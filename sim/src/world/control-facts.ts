import { allocationV1, dispatchV1, HEADERS, meteringV1, TOPICS } from '@headroom/contracts';
import type { EventRecord, StoredRecord } from '@headroom/event-log';
import type { PhaseTriple } from '../checkers/circuits.ts';
import type { ControlFact, Resolution } from '../checkers/decisions.ts';
import type { MeterReading } from '../checkers/meter-readings.ts';
import type { ToldRecord } from '../checkers/order.ts';

const DECI = 10;
const SITE_METER_READ = 'SiteMeterRead';
/** Topics that the registry writes from its outbox, in order. */
const OUTBOX_TOPICS: readonly string[] = [TOPICS.siteConfig.name, TOPICS.sessionFacts.name];

export const ampsOf = (l1: number, l2: number, l3: number): PhaseTriple => [l1 / DECI, l2 / DECI, l3 / DECI];

/** Undefined: its order counts for nothing here. */
export function toldRecordOf({ topic, key, headers }: StoredRecord): ToldRecord | undefined {
  if (!OUTBOX_TOPICS.includes(topic)) return undefined;
  return { lane: `${topic} of ${key}`, eventId: headers[HEADERS.eventId] ?? '' };
}

/** What a meter of the site told; undefined: it is no such record. */
export function meterReadingOf({ topic, headers, value }: StoredRecord): MeterReading | undefined {
  if (topic !== TOPICS.meteringFacts.name || headers[HEADERS.eventType] !== SITE_METER_READ) return undefined;
  const { fact } = meteringV1.MeteringFact.decode(value);
  if (fact?.$case !== 'siteMeterRead') return undefined;
  const { meterId, sampledAtMs, current } = fact.value;
  const { l1DeciA = Number.NaN, l2DeciA = Number.NaN, l3DeciA = Number.NaN } = current ?? {};
  return { meterId, sampledAtMs: Number(sampledAtMs), currentA: ampsOf(l1DeciA, l2DeciA, l3DeciA) };
}

/** What a record says of limits, as plain facts for the checkers; undefined: nothing. */
export function controlFactOf({ topic, partition, value }: StoredRecord): ControlFact | undefined {
  if (topic === TOPICS.allocationFacts.name)
    return allocationFactOf(allocationV1.AllocationFact.decode(value), partition);
  return topic === TOPICS.dispatchFacts.name ? dispatchFactOf(value) : undefined;
}

function allocationFactOf({ ownerEpoch, fact }: allocationV1.AllocationFact, shard: number): ControlFact | undefined {
  switch (fact?.$case) {
    case 'epochOpened':
      return { kind: 'opened', shard, epoch: Number(fact.value.epoch) };
    case 'decisionMade': {
      const limits = fact.value.allocations.map(({ stationId, evse, transactionId, limitDeciA }) => {
        return { evseId: `${stationId}/${evse}`, transactionId, limitA: limitDeciA / DECI };
      });
      return { kind: 'decided', shard, epoch: Number(ownerEpoch), seq: Number(fact.value.seq), limits };
    }
    case undefined:
      return undefined;
  }
}

function dispatchFactOf(value: EventRecord['value']): ControlFact | undefined {
  const { fact } = dispatchV1.DispatchFact.decode(value);
  if (fact?.$case === 'limitIntended') {
    const { commandId, stationId, evse, transactionId, limitDeciA, intendedAtMs, leaseUntilMs } = fact.value;
    // A fallback is nobody's decision, it stands in the document.
    if (leaseUntilMs === undefined) return undefined;
    return {
      kind: 'intended',
      ...{ commandId, transactionId, evseId: `${stationId}/${evse}`, limitA: limitDeciA / DECI },
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
]);
