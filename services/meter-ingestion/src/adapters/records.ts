import type { SampleStore, TakenReading, TakenTemperature } from '../ports.ts';

/** The consumer whose positions stand beside the time series. */
export const CONSUMER = 'meter-ingestion';

/** The time series and what keeps them, whichever store that is. */
export interface Records {
  readonly samples: SampleStore;
  readonly nextOffset: (topic: string, partition: number) => Promise<bigint | undefined>;
  prepare(): Promise<void>;
  close(): Promise<void>;
}

/** The furthest input of each topic and partition, in one order for all: two instances at once do not deadlock. */
export function lastInputs<
  Source extends { readonly topic: string; readonly partition: number; readonly offset: bigint },
>(inputs: readonly { readonly source: Source }[]): readonly Source[] {
  if (inputs.length === 1) return inputs.map(({ source }) => source);
  const last = new Map<string, Source>();
  for (const { source } of inputs) {
    const key = `${source.topic}/${source.partition}`;
    const known = last.get(key);
    if (known === undefined || known.offset < source.offset) last.set(key, source);
  }
  return [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
}

export const isTemperature = (reading: TakenReading | TakenTemperature): reading is TakenTemperature =>
  'temperatureDeciC' in reading;
