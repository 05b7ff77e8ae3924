import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER_ROLES } from '@headroom/contracts';
import { eventually } from '../../support/eventually.ts';
import type { TestStack } from '../../support/stack.ts';
import { ask } from './stack-site.ts';

export interface OwnedShard {
  readonly shard: number;
  readonly epoch: number;
  /** The process that took that epoch, by its log. */
  readonly process: string;
}

/** Who owns a shard now: the table is the authority, and the log of a process says which epochs it took. */
export function ownerOf(running: TestStack, service: string, shard: number): Promise<OwnedShard> {
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
      .find((name) => tookEpoch(running, name, { shard, epoch }));
    return found === undefined ? undefined : { shard, epoch, process: found };
  });
}

function tookEpoch(
  running: TestStack,
  name: string,
  taken: { readonly shard: number; readonly epoch: number },
): boolean {
  return readFileSync(join(running.directory, 'logs', `${name}.log`), 'utf8')
    .split('\n')
    .some((line) => {
      if (!line.includes('shard-taken') && !line.includes('shard-opened')) return false;
      const { shard, epoch } = JSON.parse(line) as { readonly shard: number; readonly epoch: number | string };
      return shard === taken.shard && Number(epoch) === taken.epoch;
    });
}
