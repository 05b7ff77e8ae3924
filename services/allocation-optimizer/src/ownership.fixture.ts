import { allocationV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Service } from '@headroom/service-host';
import { settle } from '@headroom/testing';
import type { FakePlatform } from './platform.fixture.ts';
import { GROUP } from './service.ts';
import { SITE, started, type Started } from './service.fixture.ts';

const running: Service[] = [];

/** Of each test. */
export async function stopAll(): Promise<void> {
  for (const service of running.splice(0)) await service.stop(0);
}

export async function start(fake: FakePlatform, options: Started = {}): Promise<Service> {
  const service = await started(fake, options);
  running.push(service);
  return service;
}

export interface OwnFact {
  readonly kind: 'opened' | 'decided';
  readonly epoch: bigint;
  readonly siteId: string;
  readonly seq: bigint;
}

/** Our own records of one shard, in their order. */
export async function ownFacts(fake: FakePlatform, shard: number): Promise<readonly OwnFact[]> {
  const records = await fake.read(TOPICS.allocationFacts.name);
  return records
    .filter(({ partition }) => partition === shard)
    .map(({ value }) => {
      const { siteId, ownerEpoch, fact } = allocationV1.AllocationFact.decode(value);
      return fact?.$case === 'decisionMade'
        ? { kind: 'decided', epoch: ownerEpoch, siteId, seq: fact.value.seq }
        : { kind: 'opened', epoch: ownerEpoch, siteId, seq: 0n };
    });
}

export const shardOf = (fake: FakePlatform, site = SITE) => fake.log.partitionOf(TOPICS.allocationFacts.name, site);

/** The group answers, or does not: what `ownsNow` says beside what the memory log would say. */
export function deafGroup(log: EventLog) {
  const state = { answers: true };
  const consume: EventLog['consume'] = (options) => {
    const { ownership } = options;
    if (ownership === undefined) return log.consume(options);
    const onAcquired: typeof ownership.onAcquired = (shards, acquisition) =>
      ownership.onAcquired(shards, {
        ...acquisition,
        ownsNow: (shard) => state.answers && acquisition.ownsNow(shard),
      });
    return log.consume({ ...options, ownership: { ...ownership, onAcquired } });
  };
  return { log: { ...log, consume }, state };
}

export async function move(fake: FakePlatform, member: string): Promise<void> {
  const moving = fake.log.moveShard(GROUP, shardOf(fake), member);
  await settle();
  await fake.time.pass(3_000);
  await moving;
  await fake.time.pass(1_000);
}

/** Chance that is the same in every run. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
