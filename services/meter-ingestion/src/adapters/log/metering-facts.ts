import { decodeRecord, encodeRecord, HEADERS, type meteringV1, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord, StoredRecord } from '@headroom/event-log';
import { deciAmps, ok, perPhase, type Result, siteId } from '@headroom/kernel';
import type { EvseSample } from '../../domain/samples.ts';
import type { MeteringFacts, TakenReading, TakenTemperature } from '../../ports.ts';
import { evseMeasured, siteMeterRead } from '../wire/metering.ts';

const PRODUCER = 'meter-ingestion';
const EVSE_MEASURED = 'EvseMeasured';
/** Records of one append at most. */
const MAX_FACTS_PER_APPEND = 1_000;

export function createMeteringFacts(log: Pick<EventLog, 'append'>): MeteringFacts {
  return {
    appendSamples: async (samples, traceOf = () => undefined) => {
      for (let from = 0; from < samples.length; from += MAX_FACTS_PER_APPEND) {
        await log.append(
          samples.slice(from, from + MAX_FACTS_PER_APPEND).map((sample) => sampleRecord(sample, traceOf(sample))),
        );
      }
    },
    appendReading: async (reading) => void (await log.append([readingRecord(reading)])),
  };
}

const sampleRecord = (sample: EvseSample, traceparent: string | undefined): EventRecord =>
  encodeRecord(
    TOPICS.meteringFacts,
    sample.siteId,
    { siteId: sample.siteId, fact: { $case: 'evseMeasured', value: evseMeasured(sample) } },
    {
      eventId: sample.sampleKey,
      eventType: EVSE_MEASURED,
      occurredAtMs: sample.sampledAtMs,
      producer: PRODUCER,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  );

const readingRecord = (reading: TakenReading | TakenTemperature): EventRecord =>
  encodeRecord(
    TOPICS.meteringFacts,
    reading.siteId,
    { siteId: reading.siteId, fact: { $case: 'siteMeterRead', value: siteMeterRead(reading) } },
    {
      eventId: `site-meter/${reading.siteId}/${reading.meterId}/${reading.sampledAtMs}`,
      eventType: 'SiteMeterRead',
      occurredAtMs: reading.sampledAtMs,
      producer: PRODUCER,
    },
  );

/** The reading of a site meter or a sensor in a record of our own topic, if it is one. */
export function takenReadingOf(record: StoredRecord): Result<TakenReading | TakenTemperature | undefined, string> {
  // Most records of the topic: recorded from where they came, nothing of them is read back.
  if (record.headers[HEADERS.eventType] === EVSE_MEASURED) return ok(undefined);
  const decoded = decodeRecord(TOPICS.meteringFacts, record.value);
  if (decoded.kind === 'err') return decoded;
  const { fact } = decoded.value;
  if (fact?.$case !== 'siteMeterRead') return ok(undefined);
  const reading = {
    siteId: siteId(decoded.value.siteId),
    meterId: fact.value.meterId,
    sampledAtMs: Number(fact.value.sampledAtMs),
    receivedAtMs: Number(fact.value.receivedAtMs),
  };
  const { temperatureDeciC } = fact.value;
  if (temperatureDeciC !== undefined) return ok({ ...reading, temperatureDeciC });
  const current = phasesOf(fact.value.current);
  return ok(current && { ...reading, current });
}

function phasesOf(current: meteringV1.SiteMeterRead['current']): TakenReading['current'] | undefined {
  const { l1DeciA, l2DeciA, l3DeciA } = current ?? {};
  if (l1DeciA === undefined || l2DeciA === undefined || l3DeciA === undefined) return undefined;
  const values = { l1: l1DeciA, l2: l2DeciA, l3: l3DeciA };
  return perPhase((phase) => deciAmps(values[phase]));
}
