import { expect, test } from '@jest/globals';
import { createEvents } from '../events.ts';
import { deciAmps } from '@headroom/kernel';
import { followingTracer, TRACE_ID, TRACEPARENT } from '@headroom/testing';
import type { JournalFact, LimitResolved, StationUnreachable } from '../domain/facts.ts';
import type { GatewayBatch, Verdict, Writing } from '../ports.ts';
import { RAISES_AT_ONCE } from '../domain/pace.ts';
import { Bench, RULES, SETTLE_MS } from '../testing/bench.ts';
import { type BenchOptions, SITE, siteModel, stationNumber } from '../testing/bench-site.ts';
import { type PassDeps, runPass } from './run-pass.ts';
import type { Shard } from './shard.ts';
import { needsSnapshot } from './snapshot-sites.ts';

type Appended = (shard: Shard, writing: Writing, records: readonly JournalFact[]) => void | Promise<void>;
const silent = () => undefined;
const tells = (records: readonly JournalFact[]): boolean => records.every(({ kind }) => kind === 'committed-changed');

/** The answer to what was sent to a station last. */
function accepted(sent: readonly GatewayBatch[], number: number) {
  const command = sent
    .flatMap(({ commands }) => commands)
    .findLast(({ stationId }) => stationId === stationNumber(number));
  if (command === undefined) throw new Error(`nothing was sent to ST-${number}`);
  return { commandId: command.commandId, outcome: 'accepted', detail: '' } as const;
}

/** Two cars that charge at their fallbacks, a decision that raises both, and a group that can take the shard away. */
function raising(site: BenchOptions = {}) {
  const bench = Bench.charging({ stations: 2, ...site });
  bench.decide({ 1: 20, 2: 16 });
  const group = { owns: true };
  bench.shard = { ...bench.shard, hold: { ownsNow: () => group.owns, acquireAgain: silent } };
  bench.shard.touched.add(bench.site.siteId);
  bench.shard.traces.set(bench.site.siteId, TRACEPARENT);
  const lines: object[] = [];
  const note = (event: string, fields: object = {}): void => void lines.push({ event, ...fields });
  const intended: string[] = [];
  const sent: GatewayBatch[] = [];
  /** What the gateway says of each command; of the others, that it is written. */
  const verdicts: Verdict[] = [];
  /** Runs one pass whose append does this once its records are durable, and waits for its calls. */
  const pass = async (whenDurable: Appended): Promise<void> => {
    const deps: PassDeps = {
      journal: {
        append: async (records: readonly JournalFact[], writing) => {
          for (const record of records) if (record.kind === 'limit-intended') intended.push(record.stationId);
          await whenDurable(bench.shard, writing, records);
          return undefined;
        },
        open: async () => 0n,
      },
      gateways: {
        send: async (batch) => {
          sent.push(batch);
          return batch.commands.map((_, index) => verdicts[index] ?? { kind: 'written' });
        },
        ask: async () => [],
        fence: async () => true,
      },
      events: createEvents({ info: note, warn: note, error: note }),
      tracer: followingTracer(),
      rules: RULES,
      time: () => ({ nowMs: bench.nowMs, leaseNowMs: bench.nowMs }),
      monoMs: () => bench.nowMs,
      wake: silent,
    };
    await runPass(deps, bench.shard);
    await Promise.all(bench.shard.underWay);
  };
  return { bench, group, intended, sent, verdicts, lines, pass };
}

test('what is ours when its intent is durable is sent, and counts', async () => {
  const { bench, intended, sent, pass } = raising();
  await pass(silent);
  expect(intended).toEqual(['ST-1', 'ST-2']);
  expect(sent.map(({ commands }) => commands.length)).toEqual([2]);
  expect([bench.committedA(1), bench.committedA(2)]).toEqual([20, 16]);
});

test.each<[string, (shard: Shard, group: { owns: boolean }) => void]>([
  ['the group has given it to another', (_, group) => void (group.owns = false)],
  ['a higher epoch was read', (shard) => void (shard.phase = 'lost')],
])(
  'OW-30, HO-2c: an owner that lost its shard after its intents were durable sends none of them: %s',
  async (_, lose) => {
    const { bench, group, intended, sent, lines, pass } = raising();
    await pass((shard) => lose(shard, group));
    expect(intended).toEqual(['ST-1', 'ST-2']);
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ event: 'dispatch-commands-withheld', commands: 2, traceId: TRACE_ID }]);
    // They were never sent, so they do not exist for this owner; whoever comes next reads the intents.
    expect([bench.kinds(1), bench.kinds(2)]).toEqual([['fallback 6'], ['fallback 6']]);
  },
);

test('OW-30: the append of the intents asks right before the write whether the shard is ours', async () => {
  const { group, sent, pass } = raising();
  const answers: boolean[] = [];
  await pass((_, { mayWrite }, records) => {
    if (tells(records)) return;
    answers.push(mayWrite());
    group.owns = false;
    answers.push(mayWrite());
  });
  expect(answers).toEqual([true, false]);
  expect(sent).toEqual([]);
});

test('the gate has the last word: a raise whose room was gone when its intent was durable is not sent, counts no more, and the log says so', async () => {
  const { bench, intended, sent, lines, pass } = raising({ ratingA: 40 });
  // While the log takes its time one of them is seen to draw 30 A.
  await pass((_, __, records) => {
    if (!tells(records)) bench.measure(2, 30, 30);
  });
  expect(intended).toEqual(['ST-1', 'ST-2']);
  expect(sent).toEqual([]);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  const told: JournalFact[] = [];
  await pass((_, __, records) => void told.push(...records));
  const why = { outcome: 'never-written', detail: 'Not sent: since it was planned its room is gone' };
  expect(told.filter(({ kind }) => kind === 'limit-resolved')).toMatchObject([
    { stationId: 'ST-1', commandId: 'l1-200-0-1-3', seq: 3, ...why },
    { stationId: 'ST-2', commandId: 'l1-160-0-1-4', seq: 4, ...why },
  ]);
  expect(lines).toContainEqual(expect.objectContaining({ event: 'dispatch-limit-not-taken', stationId: 'ST-1' }));
});

test('the last look lets go of nothing that still fits, and a decrease never waits for it', async () => {
  const { bench, sent, pass } = raising({ ratingA: 40 });
  await pass((_, __, records) => {
    if (!tells(records)) bench.measure(2, 6, 6);
  });
  expect(sent.map(({ commands }) => commands.length)).toEqual([2]);
  for (const number of [1, 2]) bench.take({ kind: 'command-answered', ...bench.of(number), ...accepted(sent, number) });
  bench.settleAt({ 1: 20, 2: 16 });
  bench.decide({ 1: 10, 2: 20 });
  bench.shard.touched.add(SITE);
  await pass((_, __, records) => {
    bench.after(1);
    if (!tells(records)) bench.measure(2, 30, 30);
  });
  expect(sent.at(-1)?.commands.map(({ stationId }) => stationId)).toEqual(['ST-1']);
});

test('HO-2: beside a raise it is told after the commands what counts of who is lowered, and before them of who gave room', async () => {
  const { bench, sent, pass } = raising({ stations: 3, ratingA: 40 });
  bench.settleAt({ 1: 20, 2: 16 });
  // The first gives up 10 A, and is seen to have done it; then all three are told something else.
  bench.decide({ 1: 10, 2: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, 10, 10);
  bench.decide({ 1: 8, 2: 12, 3: 14 });
  bench.shard.touched.add(SITE);
  const before = sent.length;
  const told: string[] = [];
  await pass((_, __, records) => {
    for (const record of records)
      if (record.kind === 'committed-changed')
        told.push(
          `${record.stationId} ${record.committed}, ${sent.length === before ? 'before' : 'behind'} the commands`,
        );
  });
  expect(sent.at(-1)?.commands.map(({ stationId }) => stationId)).toEqual(['ST-1', 'ST-2', 'ST-3']);
  expect(told).toEqual([
    'ST-1 100, before the commands',
    'ST-3 130, before the commands',
    'ST-2 168, behind the commands',
  ]);
});

test('what is above the hardware maximum of a newer document is let go, though every row would bear it', async () => {
  const { bench, sent, pass } = raising();
  await pass((_, __, records) => {
    if (tells(records)) return;
    const model = siteModel({ stations: 2, version: 2, maxA: 18 });
    bench.take({ kind: 'site-configured', siteId: SITE, model });
  });
  expect(sent.flatMap(({ commands }) => commands.map(({ stationId }) => stationId))).toEqual(['ST-2']);
});

test('a raise that was planned long ago is looked at again though nothing was learned: what is not metered may have grown', async () => {
  const building = { ratingA: 64, worstLoadA: 30, riseA: 6 };
  for (const { afterMs, reads, leaves } of [
    { afterMs: 0, leaves: 2 },
    { afterMs: 120_000, leaves: 0 },
    // 24 A and both limits are 60 A, but with nobody alive it may come to its worst.
    { afterMs: 600, reads: 24, leaves: 0 },
  ]) {
    const { bench, sent, pass } = raising(building);
    bench.readMeter(10);
    await pass((_, __, records) => {
      if (tells(records)) return;
      bench.after(afterMs);
      if (reads !== undefined) bench.readMeter(reads);
    });
    expect(sent.flatMap(({ commands }) => commands)).toHaveLength(leaves);
  }
});

test('SI27: a raise that would outlast a drop that was announced while its intent was written is not sent; one that fits beyond it is', async () => {
  for (const [powerW, leaves] of [
    [13_800, 0],
    [27_600, 2],
  ] as const) {
    const { bench, sent, pass } = raising({ powerW: 44_000 });
    await pass((_, __, records) => {
      if (tells(records)) return;
      bench.decide({ 1: 20, 2: 16 }, 600_000, 1, { drop: { atMs: bench.nowMs + 20_000, powerW } });
    });
    expect(sent.flatMap(({ commands }) => commands)).toHaveLength(leaves);
  }
});

test('HO-2: what the log did not take was never sent: it counts no more, what was to be told is told with the next pass', async () => {
  const { bench, sent, intended, pass } = raising();
  const resolved: LimitResolved = {
    ...{ kind: 'limit-resolved', siteId: SITE, stationId: stationNumber(1), evse: 1, epoch: 1, seq: 1 },
    ...{ commandId: 'l1-60-0-1-1', purpose: 'lease', limit: deciAmps(60), outcome: 'rejected', detail: '', atMs: 0 },
  };
  bench.shard.outbox.push(resolved);
  const failing = pass(() => {
    throw new Error('no acknowledgement');
  });
  await expect(failing).rejects.toThrow('no acknowledgement');
  expect([sent, bench.kinds(1), bench.kinds(2)]).toEqual([[], ['fallback 6'], ['fallback 6']]);
  expect(bench.shard.outbox).toEqual([resolved]);
  bench.shard.touched.add(SITE);
  const kinds: string[] = [];
  await pass((_, __, records) => void kinds.push(...records.map(({ kind }) => kind)));
  expect(intended).toEqual(['ST-1', 'ST-2', 'ST-1', 'ST-2']);
  // Nobody knows whether the records of the first pass stand in the log: what each counts with is told again.
  expect(kinds).toEqual([
    'limit-resolved',
    'limit-intended',
    'limit-intended',
    'committed-changed',
    'committed-changed',
  ]);
});

const kindsOf = (appended: readonly (readonly JournalFact[])[]) =>
  appended.map((records) => records.map(({ kind }) => kind));

test('HO-2: commands wait for their intents, not for what is told of what counts; of a raise that stands behind them in the log before it leaves', async () => {
  const { bench, sent, pass } = raising();
  const appended: (readonly JournalFact[])[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const under = pass((_, __, records) => {
    appended.push(records);
    return gates[appended.length - 1]?.promise;
  });
  expect(kindsOf(appended)).toEqual([
    ['limit-intended', 'limit-intended'],
    ['committed-changed', 'committed-changed'],
  ]);
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
  gates[0]?.resolve();
  await new Promise(setImmediate);
  expect([sent.length, bench.shard.underWay.size]).toEqual([1, 0]);
  gates[1]?.resolve();
  await under;
});

test('T17: of decreases it is not looked for what counts before they have left', async () => {
  const { bench, sent, pass } = raising();
  for (const command of bench.pass()) bench.answer(command);
  bench.decide({ 1: 10, 2: 8 });
  bench.shard.touched.add(SITE);
  const appended: (readonly JournalFact[])[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const under = pass((_, __, records) => {
    appended.push(records);
    return gates[appended.length - 1]?.promise;
  });
  await new Promise(setImmediate);
  const intents = ['limit-resolved', 'limit-resolved', 'limit-intended', 'limit-intended'];
  expect([kindsOf(appended), sent]).toEqual([[intents], []]);
  // The log took a second: what counts is what counts then.
  bench.after(1_000);
  gates[0]?.resolve();
  await new Promise(setImmediate);
  expect([sent.length, bench.shard.underWay.size]).toEqual([1, 0]);
  expect(kindsOf(appended)[1]).toEqual(['committed-changed', 'committed-changed']);
  expect(appended[1]).toMatchObject([{ atMs: bench.nowMs }, { atMs: bench.nowMs }]);
  gates[1]?.resolve();
  await under;
});

test('what counts is told anew where the log did not take it; the commands have left', async () => {
  const { bench, sent, pass } = raising();
  const failing = pass((_, __, records) => {
    if (tells(records)) throw new Error('no acknowledgement');
  });
  await expect(failing).rejects.toThrow('no acknowledgement');
  expect([sent.length, bench.committedA(1)]).toEqual([1, 20]);
  bench.shard.touched.add(SITE);
  const told: JournalFact[] = [];
  await pass((_, __, records) => void told.push(...records));
  expect(told.map(({ kind }) => kind)).toEqual(['committed-changed', 'committed-changed']);
});

test('HO-2: while records that were not confirmed may stand in the log no snapshot is due: its heir would take them in behind it, and let go of what came after them', async () => {
  const { bench, pass } = raising();
  const isDue = (): boolean => needsSnapshot(bench.shard, 0, RULES.snapshotEveryMs);
  expect(isDue()).toBe(true);
  const failing = pass((_, __, records) => {
    if (tells(records)) throw new Error('no acknowledgement');
  });
  await expect(failing).rejects.toThrow('no acknowledgement');
  expect(isDue()).toBe(false);
  bench.shard.touched.add(SITE);
  await pass(silent);
  expect(isDue()).toBe(true);
});

test('OD9: a raise that the log did not take, however often, is not held back for that', async () => {
  const { bench, intended, pass } = raising();
  for (let n = 0; n <= RAISES_AT_ONCE; n += 1) {
    const failing = pass(() => {
      throw new Error('no acknowledgement');
    });
    await expect(failing).rejects.toThrow('no acknowledgement');
    bench.shard.touched.add(SITE);
  }
  expect(intended).toHaveLength(2 * (RAISES_AT_ONCE + 1));
});

test('ADR 22: that the stations of a silent gateway are given up is told with the next pass where the log did not take it', async () => {
  const { bench, pass } = raising();
  const givenUp: StationUnreachable = {
    ...{ kind: 'station-unreachable', siteId: SITE, epoch: 1, stationId: stationNumber(2) },
    ...{ generation: 3, atMs: bench.nowMs, why: 'its gateway has been silent for 16 s' },
  };
  bench.shard.outbox.push(givenUp);
  const failing = pass(() => {
    throw new Error('no acknowledgement');
  });
  await expect(failing).rejects.toThrow('no acknowledgement');
  bench.shard.touched.add(SITE);
  const told: JournalFact[] = [];
  await pass((_, __, records) => void told.push(...records));
  expect(told).toContainEqual(givenUp);
});

test('ADR 22: only a gateway that says nothing of any command is silent: one verdict, and it lives', async () => {
  const silence: Verdict = { kind: 'unknown', why: 'no answer', isSilent: true };
  const dumb = raising();
  dumb.verdicts.push(silence, silence);
  await dumb.pass(silent);
  expect([...dumb.bench.shard.silent.keys()]).toEqual(['gateway-1']);
  const one = raising();
  one.verdicts.push(silence, { kind: 'written' });
  await one.pass(silent);
  expect([one.sent[0]?.commands.length, one.bench.shard.silent.size]).toEqual([2, 0]);
});
