import type { Clock } from '@headroom/kernel';
import type { AllocationOptimizerEvents } from '../events.ts';
import type { DecisionLog, EpochTaker, Grip, ShardMemory } from '../ports.ts';
import { ShardTenure } from './shard-tenure.ts';
import { MAX_SITES, type Tenures } from './tenures.ts';

export interface TakeDeps {
  readonly clock: Clock;
  readonly tenures: Tenures;
  readonly log: DecisionLog;
  readonly epochs: EpochTaker;
  readonly memory: ShardMemory;
  readonly events: AllocationOptimizerEvents;
  /** Who we are, for people who read the log. */
  readonly owner: string;
  /** Topics that are read from where the snapshots end. */
  readonly restoredTopics: readonly string[];
}

/**
 * Makes the shards ours (ownership 4): epochs in one turn, one `EpochOpened` each, then what earlier owners left. Nothing is
 * kept of an attempt that rejects; it is made again. Nothing leaves for a shard before its inputs are read to their end.
 */
export async function takeShards(
  deps: TakeDeps,
  shards: readonly number[],
  gripOn: (shard: number) => Grip,
): Promise<void> {
  const beganAtMonoMs = deps.clock.monoMs();
  const epochs = await deps.epochs.take(shards);
  const taken = shards.map((shard) => {
    const epoch = epochs.get(shard);
    if (epoch === undefined) throw new Error(`no epoch was given for shard ${shard}`);
    return { shard, epoch, grip: gripOn(shard) };
  });
  const atMs = deps.clock.nowMs();
  await Promise.all(
    taken.map(({ shard, epoch, grip }) =>
      deps.log.openEpoch({ shard, epoch, owner: deps.owner, atMs }, () => grip.owns()),
    ),
  );
  const restored = await Promise.all(shards.map((shard) => deps.memory.read(shard)));
  for (const [index, { shard, epoch, grip }] of taken.entries()) {
    const ofShard = restored[index];
    if (ofShard === undefined) continue;
    const mayHold = (held: number): boolean => deps.tenures.sitesBeside(shard) + held < MAX_SITES;
    const topics = deps.restoredTopics;
    deps.tenures.begin(new ShardTenure({ shard, epoch, grip, restored: ofShard, topics, beganAtMonoMs, mayHold }));
    const { sites, models, unreadable } = ofShard;
    deps.events.shardTaken({ shard, epoch, sites: models.length, snapshots: sites.length, unreadable });
  }
}
