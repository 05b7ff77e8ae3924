import type { commonV1 } from '@headroom/contracts';
import { type DeciAmps, deciAmps, type PerPhase } from '@headroom/kernel';

/** The phases that a sample tells of: one that is left out was not reported. */
export function presentPhases(current: commonV1.PhaseCurrents | undefined): Partial<PerPhase<DeciAmps>> {
  const { l1DeciA, l2DeciA, l3DeciA } = current ?? {};
  return {
    ...(l1DeciA === undefined ? {} : { l1: deciAmps(l1DeciA) }),
    ...(l2DeciA === undefined ? {} : { l2: deciAmps(l2DeciA) }),
    ...(l3DeciA === undefined ? {} : { l3: deciAmps(l3DeciA) }),
  };
}
