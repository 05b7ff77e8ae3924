import { anyPhase } from '@headroom/kernel';
import type { Decision } from './decision.ts';

/** Are stations at their worst and other load together above the current limit of some circuit, on some phase? */
export const isOverLimit = ({ circuits }: Pick<Decision, 'circuits'>): boolean =>
  circuits.some(({ limit, otherLoad, committed }) =>
    anyPhase(limit, (bound, phase) => committed[phase] + otherLoad[phase] > bound),
  );
