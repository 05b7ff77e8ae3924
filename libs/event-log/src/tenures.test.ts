import { expect, test } from '@jest/globals';
import type { Tenure } from './holdings.ts';
import { LOSS_LIMIT_MS } from './owner-calls.ts';
import type { Acquisition, OwnershipOptions } from './ownership.ts';
import { createTenures, PAUSE_LIMIT_MS } from './tenures.ts';

const turns = async () => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

function manualTimers() {
  let nowMs = 0;
  let waiting: { readonly atMs: number; readonly fire: () => void }[] = [];
  return {
    timers: {
      after: (delayMs: number, fire: () => void) => {
        const timer = { atMs: nowMs + delayMs, fire };
        waiting.push(timer);
        return () => {
          waiting = waiting.filter((each) => each !== timer);
        };
      },
      every: () => () => {},
    },
    pass: async (ms: number) => {
      nowMs += ms;
      const due = waiting.filter((each) => each.atMs <= nowMs);
      waiting = waiting.filter((each) => each.atMs > nowMs);
      for (const each of due) each.fire();
      await turns();
    },
  };
}

/** A reading whose handler runs until the test says that it has ended. */
interface FakeReading {
  readonly tenure: Tenure;
  running: PromiseWithResolvers<void> | undefined;
  hold(): Promise<void>;
  go(): void;
}

function setUp(change: Partial<OwnershipOptions> = {}) {
  const calls: string[] = [];
  const acquisitions: Acquisition[] = [];
  const readings: FakeReading[] = [];
  const fresh = { is: true };
  const stop = new AbortController();
  const { timers, pass } = manualTimers();
  const tenures = createTenures<FakeReading>({
    ownership: {
      ...change,
      onAcquired: async (shards, acquisition) => {
        calls.push(`acquire ${shards.join()}`);
        acquisitions.push(acquisition);
        await change.onAcquired?.(shards, acquisition);
      },
      onLost: async (shards) => {
        calls.push(`lose ${shards.join()}`);
        await change.onLost?.(shards);
      },
    },
    isFresh: () => fresh.is,
    read: (tenure) => {
      const reading: FakeReading = {
        tenure,
        running: undefined,
        hold: async () => {
          await reading.running?.promise;
        },
        go: () => calls.push(`go ${tenure.shard}`),
      };
      readings.push(reading);
      return reading;
    },
    begin: (begun) => begun.forEach(({ tenure }) => calls.push(`begin ${tenure.shard}`)),
    timers,
    report: (event) => calls.push(event),
    stop: stop.signal,
    onFatal: (cause) => {
      calls.push(`fatal ${String(cause)}`);
      stop.abort();
    },
  });
  const taken = (): readonly string[] => calls.splice(0);
  return { tenures, taken, acquisitions, readings, fresh, stop, pass };
}

const runs = (reading: FakeReading | undefined): PromiseWithResolvers<void> => {
  if (reading === undefined) throw new Error('it is read');
  reading.running = Promise.withResolvers<void>();
  return reading.running;
};

test('OW-14: the same shards under another member id are all lost and all acquired anew', async () => {
  const { tenures, taken, acquisitions } = setUp();
  tenures.assigned('m1', [1, 0]);
  await turns();
  expect(taken()).toEqual(['acquire 0,1', 'begin 0', 'begin 1']);
  tenures.assigned('m2', [0, 1]);
  expect(acquisitions[0]?.ownsNow(0)).toBe(false);
  await turns();
  expect(taken()).toEqual(['lose 0,1', 'acquire 0,1', 'begin 0', 'begin 1']);
  expect(acquisitions.map((each) => [each.memberId, each.ownsNow(0)])).toEqual([
    ['m1', false],
    ['m2', true],
  ]);
});

test('HO-2c: the join waits for a running batch, 3 s at most; what runs may act until then, and not after', async () => {
  const { tenures, taken, acquisitions, readings, pass } = setUp();
  expect(tenures.mayJoin()).toBe('not-yet');
  void tenures.suspend();
  expect(tenures.mayJoin()).toBe('yes');
  tenures.assigned('m1', [0]);
  await turns();
  runs(readings[0]);
  void tenures.suspend();
  await pass(PAUSE_LIMIT_MS - 1);
  expect([tenures.mayJoin(), acquisitions[0]?.ownsNow(0)]).toEqual(['not-yet', true]);
  await pass(1);
  expect([tenures.mayJoin(), acquisitions[0]?.ownsNow(0)]).toEqual(['yes', false]);
  tenures.assigned('m1', [0]);
  expect([tenures.mayJoin(), acquisitions[0]?.ownsNow(0)]).toEqual(['not-yet', true]);
  await turns();
  expect(taken()).toEqual(['acquire 0', 'begin 0', 'pause-late', 'go 0']);
});

test('OW-26: a join that does not come to be leaves everything as it was: what stood still goes on, nobody is told', async () => {
  const { tenures, taken, acquisitions } = setUp();
  tenures.assigned('m1', [0, 1]);
  await turns();
  taken();
  tenures.resume();
  expect(taken()).toEqual([]);
  void tenures.suspend();
  await turns();
  expect([tenures.mayJoin(), acquisitions[0]?.ownsNow(0)]).toEqual(['yes', false]);
  tenures.resume();
  expect([tenures.mayJoin(), acquisitions[0]?.ownsNow(0)]).toEqual(['not-yet', true]);
  await turns();
  expect(taken()).toEqual(['go 0', 'go 1']);
  const ending = tenures.end();
  tenures.resume();
  await ending;
  expect(taken()).toEqual(['lose 0,1']);
});

test('a lost batch that does not end is waited for 3 s; its shard alone is not read again before it has ended', async () => {
  const { tenures, taken, readings, pass } = setUp();
  tenures.assigned('m1', [0, 1]);
  await turns();
  taken();
  const running = runs(readings[0]);
  tenures.assigned('m2', [0, 1]);
  await turns();
  await pass(LOSS_LIMIT_MS - 1);
  expect(taken()).toEqual([]);
  await pass(1);
  expect(taken()).toEqual(['loss-late', 'lose 0,1', 'acquire 0,1', 'begin 1']);
  running.resolve();
  await turns();
  expect(taken()).toEqual(['begin 0']);
});

test('a handler that outlives two tenures holds up the shard all the same: never do two of one shard run at once', async () => {
  const { tenures, taken, readings, pass } = setUp();
  tenures.assigned('m1', [0]);
  await turns();
  const running = runs(readings[0]);
  tenures.assigned('m2', [0]);
  await turns();
  await pass(LOSS_LIMIT_MS);
  expect(taken()).toEqual(['acquire 0', 'begin 0', 'loss-late', 'lose 0', 'acquire 0']);
  // Nothing was begun in the second tenure; the batch of the first one is still there when it goes.
  tenures.assigned('m3', [0]);
  await turns();
  await pass(LOSS_LIMIT_MS);
  expect(taken()).toEqual(['loss-late', 'lose 0', 'acquire 0']);
  running.resolve();
  await turns();
  expect(taken()).toEqual(['begin 0']);
});

test('an onLost that does not end is waited for 3 s', async () => {
  const { tenures, taken, pass } = setUp({ onLost: () => new Promise(() => {}) });
  tenures.assigned('m1', [0]);
  await turns();
  tenures.assigned('m1', [1]);
  await turns();
  expect(taken()).toEqual(['acquire 0', 'begin 0', 'lose 0']);
  await pass(LOSS_LIMIT_MS);
  expect(taken()).toEqual(['loss-late', 'acquire 1', 'begin 1']);
});

test('a shard that goes before its owner has heard of it is never mentioned; one that goes while it is acquired is lost', async () => {
  const acquiring = Promise.withResolvers<void>();
  const { tenures, taken } = setUp({ onAcquired: () => acquiring.promise });
  tenures.assigned('m1', [0, 1]);
  await turns();
  tenures.assigned('m1', [0, 2]);
  tenures.assigned('m1', [0]);
  await turns();
  expect(taken()).toEqual(['acquire 0,1', 'go 0', 'go 0']);
  acquiring.resolve();
  await turns();
  expect(taken()).toEqual(['begin 0', 'lose 1']);
});

test('OW-30: without a heartbeat that is fresh nothing is owned; with the next one it is', async () => {
  const { tenures, acquisitions, fresh } = setUp();
  tenures.assigned('m1', [0]);
  await turns();
  fresh.is = false;
  expect(acquisitions[0]?.ownsNow(0)).toBe(false);
  fresh.is = true;
  expect([0, 1].map((shard) => acquisitions[0]?.ownsNow(shard))).toEqual([true, false]);
});

test('who takes an epoch takes it before or after a join, not during it', async () => {
  let fails = true;
  const { tenures, taken, pass } = setUp({
    onAcquired: async () => {
      if (fails) throw new Error('no epochs');
    },
  });
  tenures.assigned('m1', [0, 1]);
  await turns();
  expect(taken()).toEqual(['acquire 0,1', 'acquire-failed']);
  await tenures.suspend();
  await pass(10_000);
  expect(taken()).toEqual([]);
  fails = false;
  tenures.assigned('m1', [1]);
  await turns();
  expect(taken()).toEqual(['go 1', 'acquire 1', 'begin 1', 'lose 0']);
});

test('a bug in onAcquired ends the consumer, a failure of onLost does not', async () => {
  const bug = Object.assign(new Error('a bug'), { code: 'INVARIANT_VIOLATED' });
  const { tenures, taken } = setUp({
    onLost: () => Promise.reject(new Error('not today')),
    onAcquired: async (shards) => {
      if (shards.includes(2)) throw bug;
    },
  });
  tenures.assigned('m1', [0]);
  await turns();
  tenures.assigned('m1', [1]);
  await turns();
  expect(taken()).toEqual(['acquire 0', 'begin 0', 'lose 0', 'loss-failed', 'acquire 1', 'begin 1']);
  tenures.assigned('m1', [1, 2]);
  await turns();
  expect(taken()).toEqual(['go 1', 'acquire 2', `fatal ${String(bug)}`]);
  tenures.assigned('m1', []);
  await turns();
  expect(taken()).toEqual([]);
});

test('while it ends it joins no group, and never again after that', async () => {
  const losing = Promise.withResolvers<void>();
  const { tenures, taken } = setUp({ onLost: () => losing.promise });
  tenures.assigned('m1', [0]);
  await turns();
  const ending = tenures.end();
  await turns();
  expect(tenures.mayJoin()).toBe('not-yet');
  tenures.assigned('m1', [0, 1]);
  losing.resolve();
  await ending;
  expect(tenures.mayJoin()).toBe('never');
  expect(taken()).toEqual(['acquire 0', 'begin 0', 'lose 0']);
});

test('OW-11: what is claimed is what is owned now, each with its epoch, without one 0', async () => {
  const { tenures } = setUp({
    claims: () =>
      new Map([
        [0, 7n],
        [5, 9n],
      ]),
  });
  tenures.assigned('m1', [0, 1]);
  expect(tenures.claims()).toEqual(
    new Map([
      [0, 7n],
      [1, 0n],
    ]),
  );
});
