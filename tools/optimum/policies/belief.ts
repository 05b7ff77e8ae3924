import { SLOT_MIN, slotWh } from '../site/slotted.ts';
import type { Knowledge, Standing } from './policy.ts';

/** Of a driver who said nothing (MD9, MD10). */
const STAY_SLOTS = (4 * 60) / SLOT_MIN;
const ROLLING_SLOTS = 60 / SLOT_MIN;
const NEED_WH = 20_000;
/** A car that still draws wants at least this. */
const LEAST_WH = 1_000;

export interface Belief {
  /** First slot in which it is gone. */
  readonly endSlot: number;
  readonly remainingWh: number;
}

/** What an allocator takes a session for. */
export function belief({ session, deliveredWh, full }: Standing, slot: number, knows: Knowledge): Belief {
  if (knows === 'truth') return { endSlot: session.end, remainingWh: session.needWh - deliveredWh };
  const { departMin, energyKwh } = session.claim;
  const saidSlot = departMin === undefined ? session.first + STAY_SLOTS : Math.floor(departMin / SLOT_MIN);
  const wantsWh = energyKwh === undefined ? NEED_WH : energyKwh * 1_000;
  return {
    endSlot: saidSlot > slot ? saidSlot : slot + ROLLING_SLOTS,
    remainingWh: full ? 0 : Math.max(LEAST_WH, wantsWh - deliveredWh),
  };
}

/** Slots that it could wait and still get what it wants (MD11). */
export function laxitySlots(standing: Standing, slot: number, knows: Knowledge): number {
  const { endSlot, remainingWh } = belief(standing, slot, knows);
  return endSlot - slot - remainingWh / slotWh(standing.session);
}
