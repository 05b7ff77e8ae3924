import { expect, test } from '@jest/globals';
import { createEvents } from '../events.ts';
import type { JournalFact } from '../domain/facts.ts';
import type { GatewayBatch, Writing } from '../ports.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { type PassDeps, runPass } from './run-pass.ts';
import type { Shard } from './shard.ts';

const silent = () => undefined;

/** Two cars that charge at their fallbacks, a decision that raises both, and a group that can take the shard away. */
function raising() {
  const bench = Bench.charging({ stations: 2 });
  bench.decide({ 1: 20, 2: 16 });
  const group = { owns: true };
  bench.shard = { ...bench.shard, hold: { ownsNow: () => group.owns, acquireAgain: silent } };
  bench.shard.touched.add(bench.site.siteId);
  const intended: string[] = [];
  const sent: GatewayBatch[] = [];
  /** Runs one pass whose append does this once its records are durable, and waits for its calls. */
  const pass = async (whenDurable: (shard: Shard, writing: Writing) => void): Promise<void> => {
    const deps: PassDeps = {
      journal: {
        append: async (records: readonly JournalFact[], writing) => {
          for (const record of records) if (record.kind === 'limit-intended') intended.push(record.stationId);
          whenDurable(bench.shard, writing);
          return undefined;
        },
        open: async () => 0n,
      },
      gateways: {
        send: async (batch) => {
          sent.push(batch);
          return batch.commands.map(() => ({ kind: 'written' }));
        },
        fence: async () => true,
      },
      events: createEvents({ info: silent, warn: silent, error: silent }),
      rules: RULES,
      time: () => ({ nowMs: bench.nowMs, leaseNowMs: bench.nowMs }),
      monoMs: () => bench.nowMs,
      wake: silent,
    };
    await runPass(deps, bench.shard);
    await Promise.all(bench.shard.underWay);
  };
  return { bench, group, intended, sent, pass };
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
    const { bench, group, intended, sent, pass } = raising();
    await pass((shard) => lose(shard, group));
    expect(intended).toEqual(['ST-1', 'ST-2']);
    expect(sent).toEqual([]);
    // They were never sent, so they do not exist for this owner; whoever comes next reads the intents.
    expect([bench.kinds(1), bench.kinds(2)]).toEqual([['fallback 6'], ['fallback 6']]);
  },
);
