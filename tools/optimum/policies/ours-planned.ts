import { keptOf, makePlan, questionNow } from '@headroom/allocation-optimizer';
import { openHighs } from '@headroom/linear-program/highs';
import { type Known, oursWith } from './ours.ts';
import type { SlotPolicy } from './policy.ts';

const solver = await openHighs();
const GIVE_UP_AFTER_S = 60;

/** Who can wait least first, and no plan: what the next one is to be compared with. */
export const oursByLaxity: SlotPolicy = oursWith('Headroom, by laxity', { share: 'smoothed-laxity' });

/** The same along a plan that is made anew in each slot, of who is there and of nothing else. */
export const oursPlanned: SlotPolicy = oursWith('Headroom, with plan', {
  share: 'smoothed-laxity',
  plan: (known: Known) => {
    const question = questionNow(known);
    if (question.sessions.length === 0) return undefined;
    const names = { planId: `${known.nowMs}`, snapshotHash: '' };
    const made = makePlan(question, names, (program) => solver.solve(program, { timeLimitS: GIVE_UP_AFTER_S }).claimed);
    if (made.kind === 'no-plan') throw new Error(`no plan: ${made.reason}, ${made.why}`);
    return { kind: 'plan-made', plan: keptOf({ ...made.plan, epoch: 1n, seq: BigInt(known.nowMs) }) };
  },
});
