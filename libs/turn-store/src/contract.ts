import { type EpochSource, type OutboxRecord, type Turn, type TurnStore } from './port.ts';

/** A store under test, with one table of numbers by key as the "service's own" state. */
export interface TurnStoreSubject {
  /** A handle on the same data: a second call is what a restarted process sees. */
  open(): Promise<TurnStoreHandle>;
}

export interface TurnStoreHandle {
  turn<R>(
    body: (
      turn: Turn & { put(key: string, value: number): Promise<void>; read(key: string): Promise<number> },
    ) => Promise<R>,
  ): Promise<R>;
  /** The committed number, 0 where there is none. */
  committed(key: string): Promise<number>;
  readonly store: Pick<TurnStore<Turn>, 'nextOffset' | 'relayOutbox'>;
  close(): Promise<void>;
}

type Check<Subject> = (subject: Subject) => Promise<void>;

class ContractBroken extends Error {
  readonly code = 'CONTRACT_BROKEN';
}

function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new ContractBroken(what);
}

const record = (key: string, id: string): OutboxRecord => ({
  topic: 'contract.facts',
  key,
  value: new TextEncoder().encode(id),
  headers: { 'event-id': id },
});
const idsOf = (records: readonly OutboxRecord[]): string[] =>
  records.map((each) => new TextDecoder().decode(each.value));
const input = (offset: bigint) => ({ topic: 'contract.input', partition: 3, offset });

async function rejection(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (cause: unknown) => (cause instanceof Error ? cause.message : 'not an error'),
  );
}

/** As the log does it: an input whose turn failed for now comes again. */
async function untilSettled(turn: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await turn();
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'STORE_CONTENDED')) throw cause;
    }
  }
}

async function withHandle(subject: TurnStoreSubject, body: (handle: TurnStoreHandle) => Promise<void>): Promise<void> {
  const handle = await subject.open();
  try {
    await body(handle);
  } finally {
    await handle.close();
  }
}

async function drain(handle: TurnStoreHandle, max = 100): Promise<string[]> {
  const published: string[] = [];
  let count = 1;
  while (count > 0) {
    count = await handle.store.relayOutbox(async (records) => void published.push(...idsOf(records)), max);
  }
  return published;
}

/** What every turn store does. Each check needs fresh data. */
export const turnStoreChecks = {
  atomic: (subject) =>
    withHandle(subject, async (handle) => {
      const failed = handle.turn(async (turn) => {
        await turn.put('a', 1);
        await turn.firstSeen('c', 'event-1');
        await turn.emit(record('k', 'never'));
        await turn.advance('c', input(7n));
        throw new Error('the decision failed');
      });
      expectThat((await rejection(failed)) === 'the decision failed', 'the error of the body comes out as it is');
      expectThat((await handle.committed('a')) === 0, 'no state of a turn that threw');
      expectThat((await handle.store.nextOffset('c', 'contract.input', 3)) === undefined, 'no offset of it');
      expectThat((await drain(handle)).length === 0, 'no record of it');
      const again = await handle.turn((turn) => turn.firstSeen('c', 'event-1'));
      expectThat(again, 'no inbox row of it');
    }),

  inboxOnce: (subject) =>
    withHandle(subject, async (handle) => {
      const seen = async (consumer: string, id: string) => handle.turn((turn) => turn.firstSeen(consumer, id));
      expectThat(await seen('c', 'event-1'), 'the first time is the first');
      expectThat(!(await seen('c', 'event-1')), 'the second is a repeat');
      expectThat(await seen('c', 'event-2'), 'another event is another');
      expectThat(await seen('d', 'event-1'), 'another consumer has its own inbox');
      const within = await handle.turn(async (turn) => [
        await turn.firstSeen('c', 'x'),
        await turn.firstSeen('c', 'x'),
      ]);
      expectThat(within[0] === true && within[1] === false, 'a repeat within one turn is a repeat');
    }),

  repeatAfterCrash: async (subject) => {
    const handleInput = (handle: TurnStoreHandle) =>
      handle.turn(async (turn) => {
        if (await turn.firstSeen('c', 'event-1')) {
          await turn.put('count', (await turn.read('count')) + 1);
          await turn.emit(record('k', 'counted'));
        }
        await turn.advance('c', input(41n));
      });
    await withHandle(subject, handleInput);
    // The process died between commit and acknowledgement: the log delivers the input again.
    await withHandle(subject, async (handle) => {
      expectThat((await handle.store.nextOffset('c', 'contract.input', 3)) === 42n, 'the offset survives');
      await handleInput(handle);
      expectThat((await handle.committed('count')) === 1, 'the effect happened once');
      expectThat((await drain(handle)).join() === 'counted', 'its record was left in the outbox, once');
    });
  },

  outboxOrder: (subject) =>
    withHandle(subject, async (handle) => {
      for (let n = 0; n < 7; n += 1) {
        await handle.turn(async (turn) => {
          await turn.emit(record('k', `${n}a`));
          await turn.emit(record('k', `${n}b`));
        });
      }
      const expected = [0, 1, 2, 3, 4, 5, 6].flatMap((n) => [`${n}a`, `${n}b`]).join();
      expectThat((await drain(handle, 3)).join() === expected, 'records leave in the order they were emitted');
      expectThat((await drain(handle)).length === 0, 'what was published is not published again');
    }),

  outboxAtLeastOnce: (subject) =>
    withHandle(subject, async (handle) => {
      await handle.turn((turn) => turn.emit(record('k', 'one')));
      await handle.turn((turn) => turn.emit(record('k', 'two')));
      const attempted: string[] = [];
      const failing = handle.store.relayOutbox(async (records) => {
        attempted.push(...idsOf(records));
        throw new Error('the log is away');
      }, 10);
      expectThat((await rejection(failing)) !== undefined, 'a failed publish is told');
      expectThat(attempted.join() === 'one,two', 'they were handed over');
      expectThat((await drain(handle)).join() === 'one,two', 'they come again, in order');
    }),

  outboxBatchBound: (subject) =>
    withHandle(subject, async (handle) => {
      await handle.turn(async (turn) => {
        for (let n = 0; n < 4; n += 1) await turn.emit(record('k', `${n}`));
      });
      const sizes: number[] = [];
      const take = () => handle.store.relayOutbox(async (records) => void sizes.push(records.length), 3);
      expectThat((await take()) === 3 && (await take()) === 1, 'never more than asked for, and the count is told');
      expectThat(sizes.join() === '3,1', 'batches have the size that was told');
    }),

  oneRelay: (subject) =>
    withHandle(subject, async (handle) => {
      await handle.turn((turn) => turn.emit(record('k', 'one')));
      let inside: number | undefined;
      const published: string[] = [];
      await handle.store.relayOutbox(async (records) => {
        published.push(...idsOf(records));
        inside = await handle.store.relayOutbox(async (more) => void published.push(...idsOf(more)), 10);
      }, 10);
      expectThat(inside === 0, 'a second relay finds the work taken');
      expectThat(published.join() === 'one', 'and publishes nothing');
    }),

  offsetNeverBack: (subject) =>
    withHandle(subject, async (handle) => {
      const advance = (offset: bigint) => handle.turn((turn) => turn.advance('c', input(offset)));
      const next = () => handle.store.nextOffset('c', 'contract.input', 3);
      expectThat((await next()) === undefined, 'unknown before the first');
      expectThat(await advance(10n), 'the first is news');
      expectThat(!(await advance(4n)) && !(await advance(10n)), 'an older one and the same are none');
      expectThat((await next()) === 11n, 'an older input changes nothing');
      await advance(9_007_199_254_740_993n);
      expectThat((await next()) === 9_007_199_254_740_994n, 'offsets beyond 2^53 stay exact');
      expectThat((await handle.store.nextOffset('c', 'contract.input', 4)) === undefined, 'partitions are apart');
      expectThat((await handle.store.nextOffset('d', 'contract.input', 3)) === undefined, 'consumers are apart');
    }),

  /** Two members that both believe a shard is theirs: the position is the authority. */
  oneForAnInput: (subject) =>
    withHandle(subject, async (handle) => {
      const settle = (offset: bigint) =>
        handle.turn(async (turn) => {
          if (!(await turn.advance('c', input(offset)))) return;
          await turn.put('count', (await turn.read('count')) + 1);
          await turn.emit(record('k', String(offset)));
        });
      const member = async () => {
        for (let offset = 0n; offset < 20n; offset += 1n) await untilSettled(() => settle(offset));
      };
      await Promise.all([member(), member()]);
      expectThat((await handle.committed('count')) === 20, 'each input has its effect once');
      expectThat((await drain(handle)).join() === Array.from({ length: 20 }, (_, n) => n).join(), 'and in their order');
    }),

  concurrentTurns: (subject) =>
    withHandle(subject, async (handle) => {
      const increment = () => handle.turn(async (turn) => turn.put('count', (await turn.read('count')) + 1));
      await increment();
      // Few enough for the bounded retries of a store that detects conflicts instead of queueing.
      await Promise.all([increment(), increment(), increment()]);
      expectThat((await handle.committed('count')) === 4, 'no increment is lost');
    }),
} as const satisfies Readonly<Record<string, Check<TurnStoreSubject>>>;

export interface EpochSubject {
  readonly epochs: EpochSource;
}

/** What every epoch source does. */
export const epochChecks = {
  increase: async ({ epochs }) => {
    const first = await epochs.acquire('optimizer', [2, 0, 1], 'a');
    const second = await epochs.acquire('optimizer', [1], 'b');
    const other = await epochs.acquire('dispatcher', [1], 'c');
    expectThat([0, 1, 2].every((shard) => first.get(shard) === 1n) && first.size === 3, 'each shard begins at 1');
    expectThat(second.get(1) === 2n && second.size === 1, 'each acquisition takes the next');
    expectThat(other.get(1) === 1n, 'roles count apart');
  },

  current: async ({ epochs }) => {
    expectThat((await epochs.current('optimizer')).size === 0, 'nobody owns a shard at first');
    await epochs.acquire('optimizer', [0, 1], 'a');
    await epochs.acquire('optimizer', [1], 'b');
    await epochs.acquire('dispatcher', [2], 'c');
    const now = await epochs.current('optimizer');
    expectThat(now.size === 2 && now.get(0) === 1n && now.get(1) === 2n, 'each shard stands at its last epoch');
  },

  uniqueUnderConcurrency: async ({ epochs }) => {
    const orders = [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
      [3, 3, 0, 5],
    ];
    const owners = Array.from({ length: 30 }, (_, n) => epochs.acquire('optimizer', orders[n % 3] ?? [], `owner-${n}`));
    const taken = await Promise.all(owners);
    for (let shard = 0; shard < 6; shard += 1) {
      const all = taken.flatMap((map) => map.get(shard) ?? []).map(Number);
      const sorted = [...new Set(all)].toSorted((a, b) => a - b);
      expectThat(sorted.length === all.length, `no two owners of shard ${shard} share an epoch`);
      expectThat(sorted.length > 0 && sorted.at(-1) === all.length, `shard ${shard} counts without holes`);
    }
  },
} as const satisfies Readonly<Record<string, Check<EpochSubject>>>;
