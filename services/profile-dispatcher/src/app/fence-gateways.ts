import type { EpochMs } from '@headroom/kernel';
import type { Gateways, Journal } from '../ports.ts';
import { gatewaysOf, isFenced, type Shard } from './shard.ts';

export interface FenceDeps {
  readonly gateways: Gateways;
  readonly journal: Journal;
  readonly nowMs: () => EpochMs;
}

/**
 * HO-2: before the first raise every gateway of the shard confirms our epoch, and then our topic is read to its end: a mark
 * written after the last confirmation and read back proves both. A gateway that appears later is fenced in its turn. One
 * that does not answer keeps the shard from raising; decreases and fallbacks go on.
 */
export async function fenceGateways(deps: FenceDeps, shard: Shard): Promise<void> {
  const { epoch } = shard;
  if (epoch === undefined) return;
  await confirmAll(deps, shard, epoch);
  if (shard.epoch !== epoch || !isFenced(shard)) return;
  shard.raising = 'reading';
  await deps.journal.open({ kind: 'dispatcher-epoch-opened', shard: shard.shard, epoch }, deps.nowMs());
}

/** True where there is something to do for `fenceGateways`. */
export const needsFence = (shard: Shard): boolean =>
  shard.phase === 'acting' && (shard.raising === 'fencing' || !isFenced(shard));

export async function confirmAll(
  { gateways }: Pick<FenceDeps, 'gateways'>,
  shard: Shard,
  epoch: number,
): Promise<void> {
  const missing = [...gatewaysOf(shard)].filter((gateway) => !shard.fenced.has(gateway));
  const answers = await Promise.all(
    missing.map((gatewayAddress) => gateways.fence({ gatewayAddress, shard: shard.shard, epoch })),
  );
  if (shard.epoch !== epoch) return;
  for (const [index, gateway] of missing.entries()) if (answers[index] === true) shard.fenced.add(gateway);
  if (missing.length > 0 && shard.raising === 'allowed') shard.raising = 'fencing';
}
