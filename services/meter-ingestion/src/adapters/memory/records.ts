import { compareNumbers } from '@headroom/kernel';
import type { MemoryTurnStore, TurnTable } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import type { Sensor, SampleStore, TakenReading, TakenTemperature } from '../../ports.ts';
import { CONSUMER, isTemperature, lastInputs, type Records } from '../records.ts';
import { riseOf, spansOf } from './temperature-spans.ts';

/** Samples of one EVSE, and readings of one meter, that are kept; older ones go. */
export const MAX_KEPT_SAMPLES = 100;

const keyOf = ({ stationId, evse }: { readonly stationId: string; readonly evse: number }): string =>
  JSON.stringify([stationId, evse]);

interface Tables {
  readonly samples: TurnTable<readonly EvseSample[]>;
  /** Of the samples that are kept, by EVSE and key: nobody looks through them all for one. */
  readonly known: TurnTable<true>;
}

/** A repeat of a sample changes nothing, though it came later and so is dated otherwise: its key is the message's own. */
function keep({ samples, known }: Tables, sample: EvseSample, most: number): void {
  const key = keyOf(sample);
  const nameOf = ({ sampleKey }: EvseSample): string => `${key}${sampleKey}`;
  if (known.get(nameOf(sample)) !== undefined) return;
  const kept = samples.get(key) ?? [];
  const newest = kept.at(-1);
  const all = [...kept, sample];
  if (newest !== undefined && newest.sampledAtMs >= sample.sampledAtMs) {
    all.sort((a, b) => compareNumbers(a.sampledAtMs, b.sampledAtMs));
  }
  known.set(nameOf(sample), true);
  for (const oldest of all.splice(0, all.length - most)) known.delete(nameOf(oldest));
  samples.set(key, all);
}

interface ReadingTables<Reading> {
  readonly readings: TurnTable<readonly Reading[]>;
  /** Of those that are kept, by meter and instant, for the same reason. */
  readonly known: TurnTable<true>;
}

const keyOfMeter = (siteId: string, meterId: string): string => JSON.stringify([siteId, meterId]);

/** Of one instant the first is kept. */
function keepReading<Reading extends TakenReading | TakenTemperature>(
  { readings, known }: ReadingTables<Reading>,
  reading: Reading,
  most: number,
): void {
  const key = keyOfMeter(reading.siteId, reading.meterId);
  const nameOf = ({ sampledAtMs }: Reading): string => `${key}${sampledAtMs}`;
  if (known.get(nameOf(reading)) !== undefined) return;
  known.set(nameOf(reading), true);
  const all = [...(readings.get(key) ?? []), reading];
  for (const oldest of all.splice(0, all.length - most)) known.delete(nameOf(oldest));
  readings.set(key, all);
}

/** Oldest first, whatever order they came in. */
const temperaturesIn = (store: MemoryTurnStore, { siteId, sensorId }: Sensor): readonly TakenTemperature[] =>
  (store.read<readonly TakenTemperature[]>('temperatures').get(keyOfMeter(siteId, sensorId)) ?? []).toSorted((a, b) =>
    compareNumbers(a.sampledAtMs, b.sampledAtMs),
  );

/** The newest of the time series in a store that somebody else keeps: it needs no days, and outlives the service. */
export function inMemory(store: MemoryTurnStore, most = MAX_KEPT_SAMPLES): Records {
  const samples: SampleStore = {
    record: (inputs) =>
      store.turn(async (turn) => {
        const tables = {
          samples: turn.table<readonly EvseSample[]>('evse_samples'),
          known: turn.table<true>('evse_sample_keys'),
        };
        for (const sample of inputs.flatMap((input) => input.samples)) keep(tables, sample, most);
        // Nobody asks for those of meters but who compares the books with what was acknowledged.
        const read = {
          readings: turn.table<readonly TakenReading[]>('site_meter_readings'),
          known: turn.table<true>('site_meter_reading_keys'),
        };
        const felt = {
          readings: turn.table<readonly TakenTemperature[]>('temperatures'),
          known: turn.table<true>('temperature_keys'),
        };
        for (const reading of inputs.flatMap((input) => input.readings)) {
          if (isTemperature(reading)) keepReading(felt, reading, most);
          else keepReading(read, reading, most);
        }
        for (const { topic, partition, offset } of lastInputs(inputs)) {
          await turn.advance(CONSUMER, { topic, partition, offset });
        }
      }),
    samplesOf: async ({ stationId, evse, limit, beforeMs }) =>
      (store.read<readonly EvseSample[]>('evse_samples').get(keyOf({ stationId, evse })) ?? [])
        .filter((sample) => sample.sampledAtMs < beforeMs)
        .toReversed()
        .slice(0, limit),
    temperaturesOf: async ({ limit, beforeMs, ...sensor }) =>
      temperaturesIn(store, sensor)
        .filter(({ sampledAtMs }) => sampledAtMs < beforeMs)
        .toReversed()
        .slice(0, limit),
    temperatureSpansOf: async ({ fromMs, toMs, spanMs, ...sensor }) => {
      const within = temperaturesIn(store, sensor).filter(
        ({ sampledAtMs }) => sampledAtMs >= fromMs && sampledAtMs < toMs,
      );
      return spansOf(within, spanMs);
    },
    temperatureRiseOf: async ({ fromMs, toMs, withinMs, ...sensor }) =>
      riseOf(
        temperaturesIn(store, sensor).filter(({ sampledAtMs }) => sampledAtMs >= fromMs && sampledAtMs < toMs),
        withinMs,
      ),
    prepareDays: async () => undefined,
  };
  return {
    samples,
    nextOffset: (topic, partition) => store.nextOffset(CONSUMER, topic, partition),
    prepare: async () => undefined,
    close: async () => undefined,
  };
}
