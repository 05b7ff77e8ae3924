import { consumeMemory, type MemoryConsumption, type MemorySource } from './memory-consumer.ts';
import { createMemoryGroup, type MemoryGroup } from './memory-group.ts';
import { createMemoryOwner } from './memory-owner.ts';
import type { OwnershipOptions } from './ownership.ts';
import type { Consumption, ConsumeOptions } from './port.ts';

/** Everybody who reads one memory log. */
export interface MemoryMembers {
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Something was appended to partitions of this number. */
  wake(shard: number): void;
  /** A group of owners. */
  group(name: string): MemoryGroup | undefined;
  stop(): Promise<void>;
}

export function createMemoryMembers(source: MemorySource): MemoryMembers {
  const running = new Set<Pick<MemoryConsumption, 'wake' | 'stop'>>();
  const plain = new Set<string>();
  const groups = new Map<string, MemoryGroup>();
  let joined = 0;

  const consumePlain = async (options: ConsumeOptions): Promise<Consumption> => {
    const { group } = options;
    if (plain.has(group)) throw new Error(`group ${group} is consumed already: one member a group in memory`);
    plain.add(group);
    try {
      const consumption = await consumeMemory(source, options);
      const stop = async () => {
        await consumption.stop();
        running.delete(member);
        plain.delete(group);
      };
      const member = { ...consumption, stop };
      running.add(member);
      consumption.begin();
      return member;
    } catch (error) {
      plain.delete(group);
      throw error;
    }
  };
  const consumeOwner = (options: ConsumeOptions, ownership: OwnershipOptions): Consumption => {
    const partitionsOf = (topic: string) => source.partitions(topic).map((_, partition) => partition);
    for (const topic of options.topics) partitionsOf(topic);
    const group = groups.get(options.group) ?? createMemoryGroup(partitionsOf);
    groups.set(options.group, group);
    joined += 1;
    const owner = createMemoryOwner({ memberId: `${options.group}-${joined}`, source, consume: options, ownership });
    let stopped: Promise<void> | undefined;
    const end = async () => {
      await owner.end();
      running.delete(member);
      group.leave(owner);
    };
    const member = { wake: owner.wake, pollAgeMs: () => 0, stop: () => (stopped ??= end()) };
    running.add(member);
    group.join(owner);
    return member;
  };

  return {
    consume: async (options) => {
      const owners = groups.get(options.group)?.members().length ?? 0;
      const isTaken = options.ownership === undefined ? owners > 0 : plain.has(options.group);
      if (isTaken) throw new Error(`group ${options.group}: all its members are owners or none is`);
      return options.ownership === undefined ? consumePlain(options) : consumeOwner(options, options.ownership);
    },
    wake: (shard) => {
      for (const each of running) each.wake(shard);
    },
    group: (name) => groups.get(name),
    stop: async () => {
      await Promise.all([...running].map((each) => each.stop()));
    },
  };
}
