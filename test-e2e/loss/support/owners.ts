import { OWNER_ROLES } from '@headroom/contracts';
import { eventually } from '../../support/eventually.ts';
import type { TestStack } from '../../support/stack.ts';
import { linesOf } from './log-lines.ts';
import { ask } from './stack-site.ts';

export interface OwnedShard {
  readonly shard: number;
  readonly epoch: number;
  /** The process that took that epoch, by its log. */
  readonly process: string;
}

/** What an owner writes when it has taken a shard. */
const TAKEN = { 'profile-dispatcher': 'dispatch-shard-opened', 'allocation-optimizer': 'allocation.shard-taken' };

/** Who owns a shard now: the table is the authority, and the log of a process says which epochs it took. */
export function ownerOf(running: TestStack, service: keyof typeof TAKEN, shard: number): Promise<OwnedShard> {
  return eventually(`an owner of shard ${shard} in ${service}`, 15_000, async () => {
    const role = service === 'profile-dispatcher' ? OWNER_ROLES.dispatcher : OWNER_ROLES.optimizer;
    const [row] = await ask<{ epoch: string }>(
      running,
      'select epoch::text from ownership.shard_owner where role = $1 and shard = $2',
      [role, shard],
    );
    const epoch = Number(row?.epoch);
    const found = [1, 2]
      .map((replica) => `${service}-${replica}`)
      .find((name) =>
        linesOf(running, name, TAKEN[service]).some(
          (line) => line['shard'] === shard && Number(line['epoch']) === epoch,
        ),
      );
    return found === undefined ? undefined : { shard, epoch, process: found };
  });
}
