import { compareNumbers } from '@headroom/kernel';
import type { MemoryTurnStore } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import type { SampleStore, TakenReading } from '../../ports.ts';
import { CONSUMER, lastInputs, type Records } from '../records.ts';

/** Samples of one EVSE, and readings of one meter, that are kept; older ones go. */
export const MAX_KEPT_SAMPLES = 100;

const keyOf = ({ stationId, evse }: { readonly stationId: string; readonly evse: number }): string =>
  JSON.stringify([stationId, evse]);

/** A repeat of a sample changes nothing, though it came later and so is dated otherwise: its key is the message's own. */
function withSample(kept: readonly EvseSample[], sample: EvseSample, most: number): readonly EvseSample[] {
  if (kept.some((one) => one.sampleKey === sample.sampleKey)) return kept;
  const newest = kept.at(-1);
  const isNewest = newest === undefined || newest.sampledAtMs < sample.sampledAtMs;
  const all = isNewest
    ? [...kept, sample]
    : [...kept, sample].toSorted((a, b) => compareNumbers(a.sampledAtMs, b.sampledAtMs));
  return all.slice(-most);
}

/** Nobody asks for them but who compares the books with what was acknowledged. */
const withReading = (kept: readonly TakenReading[], reading: TakenReading, most: number): readonly TakenReading[] =>
  kept.some(({ sampledAtMs }) => sampledAtMs === reading.sampledAtMs) ? kept : [...kept, reading].slice(-most);

/** The newest of the time series in a store that somebody else keeps: it needs no days, and outlives the service. */
export function inMemory(store: MemoryTurnStore, most = MAX_KEPT_SAMPLES): Records {
  const samples: SampleStore = {
    record: (inputs) =>
      store.turn(async (turn) => {
        const table = turn.table<readonly EvseSample[]>('evse_samples');
        for (const sample of inputs.flatMap((input) => input.samples)) {
          const key = keyOf(sample);
          table.set(key, withSample(table.get(key) ?? [], sample, most));
        }
        const readings = turn.table<readonly TakenReading[]>('site_meter_readings');
        for (const reading of inputs.flatMap((input) => input.readings)) {
          const key = JSON.stringify([reading.siteId, reading.meterId]);
          readings.set(key, withReading(readings.get(key) ?? [], reading, most));
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
    prepareDays: async () => undefined,
  };
  return {
    samples,
    nextOffset: (topic, partition) => store.nextOffset(CONSUMER, topic, partition),
    prepare: async () => undefined,
    close: async () => undefined,
  };
}
