/** Words of the site model as the log has them, for every service that keeps a model. */
export { deratingFromWire, deratingToWire } from './derating.ts';
export { ladderEndFromWire, ladderEndToWire, stepFromWire, stepToWire } from './ladder-steps.ts';
export { objectiveFromWire, objectiveToWire } from './objective.ts';
export { phaseFromWire, phasesFromWire, phaseToWire } from './phases.ts';
export { rulesFromWire, rulesToWire, switchingFromWire, switchingToWire } from './rules.ts';
export { shareFromWire, shareToWire } from './share.ts';
export { siteModelFromConfig } from './site-model-from-config.ts';
export {
  heldLimitFromWire,
  heldLimitToWire,
  limitFromWire,
  missingLimitFromWire,
  missingLimitToWire,
} from './station-limits.ts';
export { tiersFromWire, tiersToWire } from './tiers.ts';
export { wiringFromWire, wiringToWire } from './wiring.ts';
