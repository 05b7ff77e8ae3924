import {
  type EpochMs,
  type PerPhaseDeciAmps,
  addPhases,
  deciAmps,
  mapPhases,
  perPhase,
  type CircuitId,
  ZERO_PHASES,
} from '@headroom/kernel';
import { type EvseModel, pathToRoot, type SiteModel } from '@headroom/site-model';
import type { Allocation } from './decision.ts';
import { NOTHING_BELOW_DECI_A } from './evolve-draw.ts';
import type { EvseSample } from './facts.ts';
import { wantsNothing } from './giving-up.ts';
import { isPlugged } from './roles.ts';
import { type EvseState, largestPhase, type SiteState } from './site-state.ts';

export type EvsePhase = 'free' | 'plugged' | 'charging' | 'paused' | 'waiting' | 'faulted' | 'not-obeying';

/** UD5: above its limit for this long, a station does not obey. */
export const NOT_OBEYING_AFTER_MS = 10_000;

/** What an EVSE is doing, in the words of the console. */
export function evsePhase(facts: EvseState, allocation: Allocation | undefined, nowMs: EpochMs): EvsePhase {
  if (facts.status?.value === 'faulted') return 'faulted';
  if (facts.transaction === undefined) return isPlugged(facts) ? 'plugged' : 'free';
  const { overSinceMs } = facts.draw;
  if (overSinceMs !== undefined && nowMs - overSinceMs >= NOT_OBEYING_AFTER_MS) return 'not-obeying';
  if (allocation?.limit === 0) return 'paused';
  const drawn = facts.sample === undefined ? undefined : largestPhase(facts.sample);
  if (wantsNothing(facts, nowMs) || (drawn !== undefined && drawn < NOTHING_BELOW_DECI_A)) return 'waiting';
  return 'charging';
}

/** Currents of a sample on the grid's phases: the site's rotation applied (MD4). Not reported counts as 0 here. */
export function onGridPhases(evse: EvseModel, { current }: EvseSample): PerPhaseDeciAmps {
  const socket = [current.l1, current.l2, current.l3];
  // Between two conductors: what its station says of one of them flows in both.
  const both = evse.wiring === undefined ? undefined : deciAmps(Math.max(0, ...socket.map((value) => value ?? 0)));
  return perPhase((phase) => {
    const behind = evse.phases.indexOf(phase);
    return (behind === -1 ? undefined : (both ?? socket[behind])) ?? deciAmps(0);
  });
}

/** Measured draw of the stations through each circuit, on grid phases. For eyes only: nothing is decided from it. */
export function drawnByCircuit(site: SiteModel, state: SiteState): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  const drawn = new Map<CircuitId, PerPhaseDeciAmps>();
  for (const evse of site.evses.values()) {
    const sample = state.evses.get(evse.evseId)?.sample;
    if (sample === undefined) continue;
    const current = mapPhases(onGridPhases(evse, sample), (value) => value);
    for (const { circuitId } of pathToRoot(site, evse.circuitId)) {
      drawn.set(circuitId, addPhases(drawn.get(circuitId) ?? ZERO_PHASES, current));
    }
  }
  return drawn;
}
