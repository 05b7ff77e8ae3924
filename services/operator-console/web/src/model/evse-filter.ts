import { STATE_ORDER } from './evse-state.ts';
import type { EvseLive, EvseState } from './live-site.ts';

export interface EvseFilter {
  readonly text: string;
  readonly state: EvseState | null;
}

export const NO_FILTER: EvseFilter = { text: '', state: null };

export function matches(evse: EvseLive, filter: EvseFilter, circuitName: string): boolean {
  if (filter.state !== null && evse.state !== filter.state) return false;
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === '') return true;
  return [evse.name, evse.stationId, evse.evseId, circuitName].some((text) => text.toLowerCase().includes(wanted));
}

export interface StateCount {
  readonly state: EvseState;
  readonly count: number;
}

export function countStates(evses: readonly EvseLive[]): readonly StateCount[] {
  const counts = new Map<EvseState, number>();
  for (const evse of evses) counts.set(evse.state, (counts.get(evse.state) ?? 0) + 1);
  return STATE_ORDER.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
}
