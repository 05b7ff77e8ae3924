import { OWNER_ROLES } from '@headroom/contracts';
import { eventually } from '../../support/eventually.ts';
import type { TestStack } from '../../support/stack.ts';
import { linesOf, type LogLine } from './log-lines.ts';
import { ask } from './stack-site.ts';

export interface ShardHolder {
  readonly shard: number;
  /** The process that took it last, by its log. */
  readonly process: string;
  /** When it had it, by the same log. */
  readonly takenAtMs: number;
}

export interface OwnedShard extends ShardHolder {
  readonly epoch: number;
}

/** What an owner writes when it has taken a shard. */
const TAKEN = { 'profile-dispatcher': 'dispatch-shard-opened', 'allocation-optimizer': 'allocation.shard-taken' };
/** Owners without an epoch: what they write when they have taken shards, which they name with blanks between. */
const SHARED_OUT = { 'meter-ingestion': 'metering.shards-taken', 'session-registry': 'registry.shards-taken' };

const OWNED_WITHIN_MS = 15_000;
const processesOf = (service: string): readonly string[] => [1, 2].map((replica) => `${service}-${replica}`);
const atMs = (line: LogLine): number => Date.parse(String(line['time']));

/** Who owns a shard now: the table is the authority, and the log of a process says which epochs it took. */
export function ownerOf(running: TestStack, service: keyof typeof TAKEN, shard: number): Promise<OwnedShard> {
  return eventually(`an owner of shard ${shard} in ${service}`, OWNED_WITHIN_MS, async () => {
    const role = service === 'profile-dispatcher' ? OWNER_ROLES.dispatcher : OWNER_ROLES.optimizer;
    const [row] = await ask<{ epoch: string }>(
      running,
      'select epoch::text from ownership.shard_owner where role = $1 and shard = $2',
      [role, shard],
    );
    const epoch = Number(row?.epoch);
    for (const process of processesOf(service)) {
      const isIt = (line: LogLine) => line['shard'] === shard && Number(line['epoch']) === epoch;
      const line = linesOf(running, process, TAKEN[service]).find(isIt);
      if (line !== undefined) return { shard, epoch, process, takenAtMs: atMs(line) };
    }
    return undefined;
  });
}

/**
 * Who has a shard now of a service whose owners have no epochs: the group gives it to one at a time, so it is the one that has
 * taken it last.
 */
export function holderOf(running: TestStack, service: keyof typeof SHARED_OUT, shard: number): Promise<ShardHolder> {
  const names = (line: LogLine): boolean => String(line['shards']).split(' ').includes(String(shard));
  return eventually(`a holder of shard ${shard} in ${service}`, OWNED_WITHIN_MS, () =>
    processesOf(service)
      .flatMap((process) =>
        linesOf(running, process, SHARED_OUT[service])
          .filter(names)
          .map((line): ShardHolder => ({ shard, process, takenAtMs: atMs(line) })),
      )
      .toSorted((a, b) => a.takenAtMs - b.takenAtMs)
      .at(-1),
  );
}
