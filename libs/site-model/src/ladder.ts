/**
 * What is done with an EVSE that draws more than it was told, one step after the other (reliability.md E1 to E6; H78, H80, UD5).
 * That its neighbours go down (E3) is no step: whatever it draws counts at once, and from `ask` on all that it could draw.
 */
export const LADDER_STEPS = ['resend', 'ask', 'forbid', 'stop', 'inoperative', 'alarm'] as const;
export type LadderStep = (typeof LADDER_STEPS)[number];
