import { decodeRecord, stationV1, TOPICS } from '@headroom/contracts';
import {
  type EpochMs,
  err,
  ok,
  type Result,
  type SiteId,
  siteId,
  type StationId,
  stationId,
  transactionId,
} from '@headroom/kernel';
import { eventTime } from '../../domain/event-time.ts';
import { MAX_REGISTER_WH, registerWh } from '../../domain/register.ts';
import type { Reading, StationEvent } from '../../domain/session.ts';

/** A station fact as far as sessions are concerned. */
export interface StationSaying {
  readonly stationId: StationId;
  readonly siteId: SiteId | undefined;
  /** Undefined: it says nothing about sessions. */
  readonly event: StationEvent | undefined;
}

/** Longer than any id that OCPP allows (2.x: 36); a record that names a longer one is not a station fact. */
const MAX_ID_CHARACTERS = 255;
const MAX_EVSE = 1_000_000;

/** Reads a record of station.facts, or says why it is none. */
export function stationEventOf(value: Uint8Array): Result<StationSaying, string> {
  const decoded = decodeRecord(TOPICS.stationFacts, value);
  if (decoded.kind === 'err') return decoded;
  const fact = decoded.value;
  if (fact.stationId === '' || fact.stationId.length > MAX_ID_CHARACTERS) return err('names no station');
  const event = eventOf(fact);
  if (event !== undefined && 'transactionId' in event) {
    const { length } = event.transactionId;
    if (length === 0 || length > MAX_ID_CHARACTERS) return err(`transaction id of ${length} characters`);
  }
  if (event !== undefined && 'evse' in event && event.evse > MAX_EVSE) return err(`EVSE number ${event.evse}`);
  return ok({
    stationId: stationId(fact.stationId),
    siteId: fact.siteId === '' ? undefined : siteId(fact.siteId),
    event,
  });
}

interface Received {
  readonly receivedAtMs: EpochMs;
}

function eventOf(fact: stationV1.StationFact): StationEvent | undefined {
  const received: Received = { receivedAtMs: Number(fact.receivedAtMs) };
  switch (fact.fact?.$case) {
    case 'statusReported':
      return cableEvent(fact.fact.value, received);
    case 'transactionStarted':
      return started(fact.fact.value, received);
    case 'transactionEnded':
      return ended(fact.fact.value, received);
    case 'transactionUpdated': {
      const { transactionId: id, meterValues, offline } = fact.fact.value;
      return readingEvent(id, meterValues, { ...received, offline });
    }
    case 'meterValuesReported': {
      const { transactionId: id, meterValues } = fact.fact.value;
      return readingEvent(id, meterValues, { ...received, offline: false });
    }
    case 'connected':
    case 'disconnected':
    case 'booted':
    case 'commandAnswered':
    case 'frameRefused':
    case 'chargingLimitNotified':
    case 'chargingLimitCleared':
    case 'chargingProfilesReported':
    case undefined:
      return undefined;
  }
}

const { ConnectorStatus } = stationV1;
const PLUGGED: ReadonlySet<stationV1.ConnectorStatus> = new Set([
  ConnectorStatus.OCCUPIED,
  ConnectorStatus.PREPARING,
  ConnectorStatus.CHARGING,
  ConnectorStatus.SUSPENDED_EV,
  ConnectorStatus.SUSPENDED_EVSE,
  ConnectorStatus.FINISHING,
]);

/** Reserved, unavailable and faulted say nothing about the cable. */
function cableEvent(status: stationV1.StatusReported, { receivedAtMs }: Received): StationEvent | undefined {
  const { evse, connector } = status;
  if (evse === 0) return undefined;
  const stationTimeMs = status.stationTimeMs === undefined ? undefined : Number(status.stationTimeMs);
  const atMs = eventTime({ stationTimeMs, receivedAtMs, offline: false });
  if (PLUGGED.has(status.status)) return { kind: 'plugged', evse, connector, atMs };
  if (status.status !== ConnectorStatus.AVAILABLE) return undefined;
  return { kind: 'unplugged', evse, connector, atMs };
}

/** A register in Wh; one that no meter can show is unknown. Negative stays: it means "unknown" by itself (H11). */
function register(wh: bigint | undefined): number | undefined {
  if (wh === undefined) return undefined;
  const value = Number(wh);
  return Math.abs(value) <= MAX_REGISTER_WH ? value : undefined;
}

function registersIn(values: readonly stationV1.MeterValue[], when: Received & { readonly offline: boolean }) {
  return values.flatMap(({ stationTimeMs, sampledValues }): readonly Reading[] => {
    const atMs = eventTime({ ...when, stationTimeMs: Number(stationTimeMs) });
    return sampledValues.flatMap((sampled) => {
      const energyWh = registerWh(sampled);
      return energyWh === undefined ? [] : [{ energyWh, atMs }];
    });
  });
}

function started(fact: stationV1.TransactionStarted, { receivedAtMs }: Received): StationEvent {
  const { evse, authorized, offline } = fact;
  // 2.x: the register at the begin is a sample (context Transaction.Begin), the first of the message.
  const first = registersIn(fact.meterValues, { receivedAtMs, offline })[0]?.energyWh;
  const start = register(fact.meterStartWh);
  return {
    kind: 'transaction-started',
    evse,
    transactionId: transactionId(fact.transactionId),
    authorized,
    meterStartWh: start !== undefined && start >= 0 ? start : first,
    atMs: eventTime({ stationTimeMs: Number(fact.stationTimeMs), receivedAtMs, offline }),
  };
}

function ended(fact: stationV1.TransactionEnded, { receivedAtMs }: Received): StationEvent {
  const { evse, reason, offline } = fact;
  const stop = register(fact.meterStopWh);
  // 2.x: the register at the end is the last sample of the message.
  const last = registersIn(fact.meterValues, { receivedAtMs, offline }).at(-1)?.energyWh;
  return {
    kind: 'transaction-ended',
    evse,
    transactionId: transactionId(fact.transactionId),
    meterStopWh: stop !== undefined && stop >= 0 ? stop : (last ?? stop),
    reason,
    atMs: eventTime({ stationTimeMs: Number(fact.stationTimeMs), receivedAtMs, offline }),
  };
}

/** Only the highest register counts here; the series is meter-ingestion's. */
function readingEvent(
  id: string,
  values: readonly stationV1.MeterValue[],
  when: Received & { readonly offline: boolean },
): StationEvent | undefined {
  if (id === '') return undefined;
  const readings = registersIn(values, when);
  const highest = readings.reduce<Reading | undefined>(
    (best, reading) => (best === undefined || reading.energyWh >= best.energyWh ? reading : best),
    undefined,
  );
  return highest && { kind: 'register-read', transactionId: transactionId(id), reading: highest };
}
