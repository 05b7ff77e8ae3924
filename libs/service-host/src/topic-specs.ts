import { TOPICS } from '@headroom/contracts';
import { parkedTopicOf, type TopicSpec } from '@headroom/event-log';

export interface TopicScale {
  /** Partitions of every topic: one number is one shard everywhere. */
  readonly shards: number;
  /** 3 in production, 1 on one broker. */
  readonly replicationFactor: number;
}

/** Every topic of the registry, and a parked topic for each group that reads it. */
export function topicSpecs({ shards, replicationFactor }: TopicScale): readonly TopicSpec[] {
  return Object.values(TOPICS).flatMap(({ name, cleanup, consumers }) => [
    { name, cleanup, partitions: shards, replicationFactor },
    ...consumers.map((group) => ({
      name: parkedTopicOf(name, group),
      cleanup: 'delete' as const,
      partitions: shards,
      replicationFactor,
    })),
  ]);
}
