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
  /** Called after a turn of work was handed to the log, when nothing else is on its way. */
  readonly afterWork?: () => void;
}

export type WorkerLine =
  | { readonly kind: 'acquired'; readonly shards: readonly number[]; readonly memberId: string }
  | { readonly kind: 'lost'; readonly shards: readonly number[] }
  | { readonly kind: 'refused'; readonly shards: readonly number[]; readonly code: string };

/** An owner that opens each acquisition with a record and then writes all the time, as long as `ownsNow` lets it. */
export async function startWorker(options: WorkerOptions): Promise<Consumption> {
  const { log, name, group, input, output, shards, say } = options;
  const owned = new Map<number, { readonly acquisition: Acquisition; readonly token: string }>();
  const keys = keysOfShards(log, output, shards);
  let acquired = 0;
  let unwritten = 0;
  const write = async (shard: number, text: string, acquisition: Acquisition) => {
    const record = { topic: output, key: keys[shard] ?? '', value: new TextEncoder().encode(text), headers: {} };
    await log.append([record], { fence: () => acquisition.ownsNow(shard) });
  };
  const work = (shard: number, token: string, acquisition: Acquisition) => {
    unwritten += 1;
    write(shard, `work ${token}`, acquisition)
      .catch((error: unknown) => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        say({ kind: 'refused', shards: [shard], code });
      })
      .finally(() => {
        unwritten -= 1;
      });
  };
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
        await Promise.all(gained.map((shard) => write(shard, `opened ${token}`, acquisition)));
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
    const isQuiet = unwritten === 0;
    for (const [shard, { acquisition, token }] of owned) {
      if (acquisition.ownsNow(shard)) work(shard, token, acquisition);
    }
    if (isQuiet && unwritten > 0) options.afterWork?.();
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
