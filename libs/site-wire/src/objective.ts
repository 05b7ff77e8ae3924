import { siteV1 } from '@headroom/contracts';
import type { PlanObjective } from '@headroom/site-model';

const OBJECTIVES: Readonly<Record<PlanObjective, siteV1.PlanObjective>> = {
  delivery: siteV1.PlanObjective.DELIVERY,
  cost: siteV1.PlanObjective.COST,
};

/** What is said nowhere is left out: delivery. */
export const objectiveToWire = (objective: PlanObjective | undefined): siteV1.PlanObjective | undefined =>
  objective === undefined ? undefined : OBJECTIVES[objective];

/** Undefined: nobody said, or by a word that this release does not know. It bears on no limit, and means delivery. */
export const objectiveFromWire = (wire: siteV1.PlanObjective | undefined): PlanObjective | undefined =>
  wire === siteV1.PlanObjective.COST ? 'cost' : wire === siteV1.PlanObjective.DELIVERY ? 'delivery' : undefined;
