import type { EpochMs } from '@headroom/kernel';
import { onStationDisconnected } from '../domain/evolve.ts';
import type { StationUnreachable } from '../domain/facts.ts';
import type { DispatchEvents } from '../events.ts';
import { queueRecord, type Shard, siteOf } from './shard.ts';

/** An owner that hears nothing of its group stops acting after so long (OW-30). */
export const SELF_FENCE_MS = 5_000;
/** By how much the clocks of two processes of ours may differ, at most. */
export const CLOCK_MARGIN_MS = 5_000;
/** Two asks in vain with more between them are not one silence: perhaps it was we who slept. */
export const LONGEST_GAP_MS = 5_000;

/**
 * After so long a silence (FENCE_PATIENCE_MS, 15 s by default) nothing of an earlier owner can be written through that
 * gateway any more: it acts for `SELF_FENCE_MS` after it was cut off, what it sends is refused `notAfterMs` after that, and
 * the gateway's clock may be behind (ADR 22, docs/takeover.md).
 */
export const fencePatienceMs = ({ notAfterMs }: { readonly notAfterMs: number }): number =>
  SELF_FENCE_MS + notAfterMs + CLOCK_MARGIN_MS;

export interface Ask {
  readonly gatewayAddress: string;
  /** When it was asked, on the monotonic clock. */
  readonly askedMonoMs: number;
  readonly isAnswered: boolean;
}

export interface SilenceDeps {
  readonly rules: { readonly notAfterMs: number };
  readonly events: DispatchEvents;
}

/** What one call to a gateway says of whether it lives. A silence that lasts gives its stations up. */
export function noteAsk(shard: Shard, ask: Ask, nowMs: EpochMs, { rules, events }: SilenceDeps): void {
  const { gatewayAddress, askedMonoMs, isAnswered } = ask;
  const silence = shard.silent.get(gatewayAddress);
  if (isAnswered) return void shard.silent.delete(gatewayAddress);
  if (silence === undefined || askedMonoMs - silence.lastMonoMs > LONGEST_GAP_MS) {
    shard.silent.set(gatewayAddress, { firstMonoMs: askedMonoMs, lastMonoMs: askedMonoMs });
    return;
  }
  shard.silent.set(gatewayAddress, { ...silence, lastMonoMs: Math.max(silence.lastMonoMs, askedMonoMs) });
  const silentMs = askedMonoMs - silence.firstMonoMs;
  if (silentMs < fencePatienceMs(rules)) return;
  shard.silent.delete(gatewayAddress);
  const stations = giveUp(
    shard,
    gatewayAddress,
    nowMs,
    `gateway ${gatewayAddress} has been silent for ${Math.round(silentMs / 1_000)} s`,
  );
  if (stations > 0) events.gatewayGivenUp(gatewayAddress, stations);
}

/** Its stations count as disconnected until they connect anew: their leases do not end meanwhile (HO-8, SI2). */
function giveUp(shard: Shard, gatewayAddress: string, atMs: EpochMs, why: string): number {
  let count = 0;
  for (const site of [...shard.sites.values()]) {
    for (const [stationId, station] of [...site.stations]) {
      if (!station.connected || station.gatewayAddress !== gatewayAddress) continue;
      const fact: StationUnreachable = {
        kind: 'station-unreachable',
        ...{ siteId: site.siteId, epoch: shard.epoch, stationId, generation: station.generation, atMs, why },
      };
      onStationDisconnected(siteOf(shard, site.siteId), fact);
      queueRecord(shard, fact);
      count += 1;
    }
  }
  return count;
}
