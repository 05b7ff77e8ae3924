/**
 * What is done with an EVSE that draws more than it was told, one step after the other (reliability.md E1 to E6; H78, H80, UD5).
 * That its neighbours go down (E3) is no step: whatever it draws counts at once, and from `ask` on all that it could draw.
 */
export const LADDER_STEPS = ['resend', 'ask', 'forbid', 'stop', 'inoperative', 'alarm'] as const;
export type LadderStep = (typeof LADDER_STEPS)[number];

/** The last step that a site may let be taken without a person; behind it comes the alarm. */
export const LADDER_ENDS = ['forbid', 'stop', 'inoperative'] as const satisfies readonly LadderStep[];
export type LadderEnd = (typeof LADDER_ENDS)[number];
/** Where the document says nothing. */
export const WHOLE_LADDER: LadderEnd = 'inoperative';

/** What follows a step in a site whose ladder ends there; undefined: nothing. */
export function stepAfter(step: LadderStep, end: LadderEnd): LadderStep | undefined {
  const next = LADDER_STEPS[LADDER_STEPS.indexOf(step) + 1];
  return next === undefined || isWithin(next, end) ? next : 'alarm';
}

export const isWithin = (step: LadderStep, end: LadderEnd): boolean =>
  LADDER_STEPS.indexOf(step) <= LADDER_STEPS.indexOf(end);
