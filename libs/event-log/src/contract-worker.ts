import { setInterval } from 'node:timers';
import type { Acquisition } from './ownership.ts';
import type { Consumption, EventLog } from './port.ts';

const WORK_EVERY_MS = 20;

export interface WorkerOptions {
  readonly log: EventLog;
  readonly name: string;
  readonly group: string;
  /** Two topics of as many partitions: what decides who owns, and what owners write. */
  readonly input: string;
  readonly output: string;
  readonly shards: number;
  readonly say: (line: WorkerLine) => void;
}

export type WorkerLine =
  | { readonly kind: 'acquired'; readonly shards: readonly number[]; readonly memberId: string }
  | { readonly kind: 'lost'; readonly shards: readonly number[] };

/** An owner that opens each acquisition with a record and then writes all the time, as long as `ownsNow` lets it. */
export async function startWorker(options: WorkerOptions): Promise<Consumption> {
  const { log, name, group, input, output, shards, say } = options;
  const owned = new Map<number, { readonly acquisition: Acquisition; readonly token: string }>();
  const keys = keysOfShards(log, output, shards);
  let acquired = 0;
  const write = (shard: number, text: string) =>
    log.append([{ topic: output, key: keys[shard] ?? '', value: new TextEncoder().encode(text), headers: {} }]);
  const consumption = await log.consume({
    group,
    topics: [input],
    start: { kind: 'earliest' },
    onBatch: async () => {},
    onFatal: (cause) => {
      throw cause;
    },
    ownership: {
      onAcquired: async (gained, acquisition) => {
        acquired += 1;
        const token = `${name}${acquired}`;
        await Promise.all(gained.map((shard) => write(shard, `opened ${token}`)));
        for (const shard of gained) owned.set(shard, { acquisition, token });
        say({ kind: 'acquired', shards: gained, memberId: acquisition.memberId });
      },
      onLost: async (lost) => {
        for (const shard of lost) owned.delete(shard);
        say({ kind: 'lost', shards: lost });
      },
    },
  });
  const working = setInterval(() => {
    for (const [shard, { acquisition, token }] of owned) {
      if (acquisition.ownsNow(shard)) write(shard, `work ${token}`).catch(() => {});
    }
  }, WORK_EVERY_MS);
  return {
    ...consumption,
    stop: async () => {
      await consumption.stop();
      clearInterval(working);
    },
  };
}

function keysOfShards(log: EventLog, topic: string, shards: number): readonly string[] {
  const keys: string[] = [];
  for (let n = 0; Object.keys(keys).length < shards && n < 10_000; n += 1) {
    keys[log.partitionOf(topic, `key-${n}`)] ??= `key-${n}`;
  }
  return keys;
}
