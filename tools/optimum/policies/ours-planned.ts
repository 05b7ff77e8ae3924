import { openHighs } from '@headroom/linear-program/highs';
import { oursWith } from './ours-with.ts';
import { planOfSlot } from './plan-of-slot.ts';
import type { SlotPolicy } from './policy.ts';

const solver = await openHighs();

/** Who can wait least first, and no plan: what the next one is to be compared with. */
export const oursByLaxity: SlotPolicy = oursWith('Headroom, by laxity', { share: 'smoothed-laxity' });

/** The same along a plan that is made anew in each slot, of who is there and of nothing else. */
export const oursPlanned: SlotPolicy = oursWith('Headroom, with plan', {
  share: 'smoothed-laxity',
  plan: (known) => planOfSlot(solver, known),
});
