import type { EpochMs } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { Gateways, Journal } from '../ports.ts';
import { noteAsk } from './gateway-silence.ts';
import { allowOnceRead, gatewaysOf, isFenced, type Raising, type Shard } from './shard.ts';

export interface FenceDeps {
  readonly gateways: Gateways;
  readonly journal: Journal;
  readonly events: DispatchEvents;
  readonly rules: { readonly notAfterMs: number };
  readonly nowMs: () => EpochMs;
  readonly monoMs: () => number;
}

/**
 * HO-2: before the first raise every gateway of the shard confirms our epoch, and then our topic is read to its end: a mark
 * written after the last confirmation and read back proves both. A gateway that appears later is fenced in its turn. One
 * that does not answer keeps the shard from raising until its patience is over; decreases and fallbacks go on.
 */
export async function fenceGateways(deps: FenceDeps, shard: Shard): Promise<void> {
  const missing = [...gatewaysOf(shard)].filter((gateway) => !shard.fenced.has(gateway));
  if (missing.length > 0) shard.raising = { kind: 'fencing' };
  // One that was fenced and is silent now is asked again, or its silence would have no end.
  await Promise.all([...new Set([...missing, ...shard.silent.keys()])].map((gateway) => ask(deps, shard, gateway)));
  if (shard.raising.kind === 'fencing' && isFenced(shard)) await mark(deps, shard);
}

async function ask(deps: FenceDeps, shard: Shard, gatewayAddress: string): Promise<void> {
  if (!shard.hold.ownsNow()) return;
  const askedMonoMs = deps.monoMs();
  const isAnswered = await deps.gateways.fence({ gatewayAddress, shard: shard.shard, epoch: shard.epoch });
  if (isAnswered) shard.fenced.add(gatewayAddress);
  noteAsk(shard, { gatewayAddress, askedMonoMs, isAnswered }, deps.nowMs(), deps);
}

async function mark({ journal, nowMs }: FenceDeps, shard: Shard): Promise<void> {
  const reading: Raising = { kind: 'reading', upTo: undefined };
  shard.raising = reading;
  try {
    const epoch = { kind: 'dispatcher-epoch-opened' as const, shard: shard.shard, epoch: shard.epoch };
    const upTo = await journal.open(epoch, { nowMs: nowMs(), mayWrite: () => shard.hold.ownsNow() });
    if (shard.raising === reading) shard.raising = { kind: 'reading', upTo };
    allowOnceRead(shard);
  } catch (cause) {
    if (shard.raising === reading) shard.raising = { kind: 'fencing' };
    throw cause;
  }
}

/** There is something to do for `fenceGateways`. Those that have been asked in vain wait for the next round. */
export function needsFence(shard: Shard, isRound: boolean): boolean {
  if (shard.phase !== 'acting' || shard.fencing) return false;
  if (isFenced(shard)) return shard.raising.kind === 'fencing' || (isRound && shard.silent.size > 0);
  return isRound || [...gatewaysOf(shard)].some((gateway) => !shard.fenced.has(gateway) && !shard.silent.has(gateway));
}
