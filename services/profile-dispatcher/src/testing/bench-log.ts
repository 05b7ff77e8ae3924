import { closeShardReplay, takeFact } from '../app/take-fact.ts';
import { isContained, restoreShard } from '../app/restore-shard.ts';
import type { Shard } from '../app/shard.ts';
import type { Fact } from '../domain/facts.ts';
import type { DispatchRules } from '../domain/rules.ts';
import type { Restorable } from '../ports.ts';

export const JOURNAL = 'dispatch';
type BenchTopic = 'config' | 'station' | 'metering' | 'allocation' | typeof JOURNAL;

export interface Logged {
  readonly topic: BenchTopic;
  readonly offset: bigint;
  readonly fact: Fact;
}

/** Where a fact stands. */
export function topicOf({ kind }: Fact): BenchTopic {
  switch (kind) {
    case 'site-configured':
      return 'config';
    case 'evse-measured':
    case 'site-meter-read':
      return 'metering';
    case 'decision-made':
    case 'optimizer-epoch-opened':
      return 'allocation';
    case 'dispatcher-epoch-opened':
    case 'limit-intended':
    case 'limit-resolved':
    case 'committed-changed':
    case 'station-unreachable':
      return JOURNAL;
    default:
      return 'station';
  }
}

/** Everything that was said of one shard, as the topics hold it. */
export class BenchLog {
  readonly all: Logged[] = [];
  readonly #ends = new Map<BenchTopic, bigint>();

  append(fact: Fact): Logged {
    const topic = topicOf(fact);
    const offset = this.#ends.get(topic) ?? 0n;
    this.#ends.set(topic, offset + 1n);
    const logged = { topic, offset, fact };
    this.all.push(logged);
    return logged;
  }

  /** By topic, the offset of its last record. */
  ends(): ReadonlyMap<string, bigint> {
    return new Map([...this.#ends].map(([topic, end]) => [topic, end - 1n]));
  }

  of(topic: BenchTopic): readonly Logged[] {
    return this.all.filter((logged) => logged.topic === topic);
  }

  /** Each topic keeps its order; which of them comes first say the coins, one turn after the other (a broker promises no more). */
  shuffled(coins: readonly number[]): readonly Logged[] {
    const rest = [...Map.groupBy(this.all, ({ topic }) => topic).values()];
    const result: Logged[] = [];
    for (let turn = 0; rest.some((each) => each.length > 0); turn += 1) {
      const left = rest.filter((each) => each.length > 0);
      const next = left[(coins[turn % coins.length] ?? 0) % left.length]?.shift();
      if (next !== undefined) result.push(next);
    }
    return result;
  }
}

/** A new owner: restored from what it finds, it reads what that does not contain. */
export function replayInto(
  shard: Shard,
  {
    found,
    read,
    nowMs,
    rules,
  }: {
    readonly found: Restorable;
    readonly read: readonly Logged[];
    readonly nowMs: number;
    readonly rules: DispatchRules;
  },
): Shard {
  restoreShard(shard, found, 0);
  const start = new Map(shard.positions);
  for (const { topic, offset, fact } of read) {
    if (topic !== 'config' && offset <= (start.get(topic) ?? -1n)) continue;
    if (!isContained(shard, { topic, isOwn: topic === JOURNAL }, { offset, fact }))
      takeFact(shard, fact, { nowMs, rules });
    if (topic !== 'config') shard.positions.set(topic, offset);
  }
  closeShardReplay(shard, { nowMs, rules });
  shard.raising = { kind: 'allowed' };
  return shard;
}
