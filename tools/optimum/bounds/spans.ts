import type { SlotRow } from '../site/slotted.ts';
import type { Span } from './day-program.ts';

/** Slots in which nobody comes or goes and no capacity changes are one: what a car gets in them is all that matters. */
export function spansOf(day: {
  readonly sessions: readonly { readonly first: number; readonly end: number }[];
  readonly rows: readonly SlotRow[];
  readonly slots: number;
}): readonly Span[] {
  const begins = new Set([0]);
  for (const { first, end } of day.sessions) begins.add(first).add(end);
  for (const { capacityA } of day.rows)
    for (let slot = 1; slot < day.slots; slot += 1) if (capacityA[slot] !== capacityA[slot - 1]) begins.add(slot);
  const ascending = [...begins].filter((slot) => slot < day.slots).toSorted((a, b) => a - b);
  return ascending.map((fromSlot, n) => ({ fromSlot, untilSlot: ascending[n + 1] ?? day.slots }));
}
