import { compareNumbers } from '@headroom/kernel';
import type { MemoryTurnStore, TurnTable } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import type { SampleStore, TakenReading } from '../../ports.ts';
import { CONSUMER, lastInputs, type Records } from '../records.ts';

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

interface ReadingTables {
  readonly readings: TurnTable<readonly TakenReading[]>;
  /** Of those that are kept, by meter and instant, for the same reason. */
  readonly known: TurnTable<true>;
}

/** Nobody asks for them but who compares the books with what was acknowledged. Of one instant the first is kept. */
function keepReading({ readings, known }: ReadingTables, reading: TakenReading, most: number): void {
  const key = JSON.stringify([reading.siteId, reading.meterId]);
  const nameOf = ({ sampledAtMs }: TakenReading): string => `${key}${sampledAtMs}`;
  if (known.get(nameOf(reading)) !== undefined) return;
  known.set(nameOf(reading), true);
  const all = [...(readings.get(key) ?? []), reading];
  for (const oldest of all.splice(0, all.length - most)) known.delete(nameOf(oldest));
  readings.set(key, all);
}

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
        const read = {
          readings: turn.table<readonly TakenReading[]>('site_meter_readings'),
          known: turn.table<true>('site_meter_reading_keys'),
        };
        for (const reading of inputs.flatMap((input) => input.readings)) keepReading(read, reading, most);
        for (const { topic, partition, offset } of lastInputs(inputs)) {
          await turn.advance(CONSUMER, { topic, partition, offset });
        }
      }),
    samplesOf: async ({ stationId, evse, limit, beforeMs }) =>
      (store.read<readonly EvseSample[]>('evse_samples').get(keyOf({ stationId, evse })) ?? [])
        .filter((sample) => sample.sampledAtMs < beforeMs)
        .toReversed()
        .slice(0, limit),
    prepareDays: async () => undefined,
  };
  return {
    samples,
    nextOffset: (topic, partition) => store.nextOffset(CONSUMER, topic, partition),
    prepare: async () => undefined,
    close: async () => undefined,
  };
}
