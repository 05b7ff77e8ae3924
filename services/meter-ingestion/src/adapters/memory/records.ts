import { compareNumbers } from '@headroom/kernel';
import type { MemoryTurnStore, TurnTable } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import type { SampleStore } from '../../ports.ts';
import { CONSUMER, lastInputs, type Records } from '../records.ts';

/** Samples of one EVSE that are kept; older ones go. Site meter readings are not kept: nobody asks for them. */
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
