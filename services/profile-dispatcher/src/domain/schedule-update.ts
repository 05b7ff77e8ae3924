import type { EpochMs } from '@headroom/kernel';
import type { EvseControl } from './evse-control.ts';
import type { AcknowledgedLease } from './limit-set.ts';
import type { Candidate, PlannedCommand } from './plan-lease.ts';
import { withToldSkew } from './told-clock.ts';

const SECOND_MS = 1_000;

/**
 * 2.1 K28: the same command as a change of the limit alone, inside the lease that its station holds. That keeps its end, by the clock by
 * which it was told, and it is no later than that of the lease that was planned: whatever allowed this one allows the shorter one. It counts
 * as any other command does: with the higher of both until it is answered, and seen to be obeyed.
 *
 * Only where nothing is uncertain: the lease was accepted on this connection, none was sent since, and the EVSE obeys. Where it would have
 * to be renewed soon anyway it is told as a whole.
 *
 * @param leaseMs of the site
 */
export function asUpdate(
  { control, wish }: Candidate,
  command: PlannedCommand | undefined,
  { nowMs, leaseMs }: { readonly nowMs: EpochMs; readonly leaseMs: number },
): PlannedCommand | undefined {
  if (command === undefined || (wish.kind !== 'lower' && wish.kind !== 'raise')) return command;
  const { profile, untilMs = 0 } = command;
  const held = heldLease(control, command);
  if (held === undefined || profile.lease?.isDynamic !== true) return command;
  if (held.untilMs > untilMs || nowMs >= held.untilMs - leaseMs / 2) return command;
  const durationS = profile.lease.durationS - Math.ceil((untilMs - held.untilMs) / SECOND_MS);
  const { toldSkewMs: _, ...rest } = command;
  return {
    ...{ ...rest, untilMs: held.untilMs, ...withToldSkew(held.toldSkewMs) },
    profile: { ...profile, lease: { ...profile.lease, durationS, isUpdate: true } },
  };
}

function heldLease(
  { set, disobedience }: EvseControl,
  { transactionId, connectionGeneration, profile }: PlannedCommand,
): AcknowledgedLease | undefined {
  const { acknowledged, attempts } = set;
  if (attempts.length > 0 || disobedience !== undefined || acknowledged?.transactionId !== transactionId)
    return undefined;
  // An update names no unit: it is in that of what it changes.
  if (acknowledged?.dynamicIn !== profile.unit || acknowledged.generation !== connectionGeneration) return undefined;
  return acknowledged;
}
