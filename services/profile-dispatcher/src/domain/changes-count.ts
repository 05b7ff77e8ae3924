import type { EvseControl } from './evse-control.ts';
import type { LimitSet } from './limit-set.ts';

/**
 * Whether a sample may have changed what this EVSE counts with: an earlier limit is shown not to be obeyed any more (SI4), the
 * draw is, or was, above what it was told (SI6), or the phases of its car are others (MD5). Leases end, and a mask is trusted
 * again, by time alone: those are looked after once a second.
 */
export function changesCount(before: EvseControl, after: EvseControl): boolean {
  if (before.set.unsettled !== after.set.unsettled || exceeds(before.set) || exceeds(after.set)) return true;
  if (before.back !== after.back) return true;
  const [was, is] = [before.phases, after.phases];
  if (was === is) return false;
  return (
    was?.transactionId !== is?.transactionId ||
    was?.silent.join() !== is?.silent.join() ||
    was?.carried.join() !== is?.carried.join() ||
    was?.mostVoltageV !== is?.mostVoltageV
  );
}

const exceeds = ({ sample, acknowledged, installed }: LimitSet): boolean =>
  sample !== undefined && sample.draw > (acknowledged?.later?.limit ?? acknowledged?.limit ?? installed ?? 0);
