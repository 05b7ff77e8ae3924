/**
 * The electrical truth of a site: circuit tree, phases, limits, what counts in each sum, and the safety gate.
 * Pure. It refuses sites whose fallbacks do not fit, and every increase that could break a row; it never decides
 * who gets what, and knows neither time nor I/O.
 */
export { buildSiteModel, MAX_CIRCUITS, MAX_EVSES, MAX_OTHER_LOADS, MAX_SOURCES } from './build.ts';
export { MAX_POWER_W } from './check-circuits.ts';
export { weighed } from './coefficient.ts';
export { createRest, mostThatLasts, type Rest } from './lasting.ts';
export { MAX_LEASE_S, MIN_LEASE_S } from './check-equipment.ts';
export { knownDischarge, knownExportLimit } from './check-discharge.ts';
export { knownRules, knownShare } from './check-rules.ts';
export { CLOSINGS_AN_HOUR, knownSwitching, MOST_CLOSINGS_AN_HOUR, switchingOf } from './switching.ts';
export { knownTier, knownWeight, MAX_TIER, MAX_WEIGHT, USUAL_TIER, USUAL_WEIGHT } from './check-tiers.ts';
export { readTariff } from './check-money.ts';
export { type BackRow, backRows, exportGate } from './export-gate.ts';
export { countsAs, deratedAt, deratedBy, deratedSite, settledReading } from './derating.ts';
export { gate, type GateInput, type GateVerdict, largestIn } from './gate.ts';
export { TIER_MODES } from './input.ts';
export type {
  CircuitInput,
  DeratingInput,
  EvseInput,
  LimitOverrideInput,
  OtherLoadInput,
  OverloadInput,
  PlanObjective,
  SessionRulesInput,
  SharePolicy,
  SiteModelInput,
  SiteProblem,
  SiteProblemCode,
  SiteTariff,
  SourceInput,
  SwitchingInput,
  TierMode,
  Wiring,
} from './input.ts';
export {
  isWithin,
  LADDER_ENDS,
  LADDER_STEPS,
  type LadderEnd,
  type LadderStep,
  stepAfter,
  WHOLE_LADDER,
} from './ladder.ts';
export { chooseLease, heldLeaseS, type LeaseChoice, type LeaseQuestion } from './lease-length.ts';
export { type LoadedRow, loadedRows, type LoadView } from './loaded-rows.ts';
export type {
  CircuitModel,
  DeratingModel,
  EvseModel,
  ImposedLimitModel,
  LimitOverrideModel,
  MeterReading,
  OtherLoadModel,
  OverloadModel,
  SessionRules,
  SiteModel,
  SourceModel,
  SwitchingBudget,
} from './model.ts';
export { type DcInput, dcInputDeciA, dcOutputW, type DcSupply } from './dc-input.ts';
export { HIGHEST_VOLTAGE_PERCENT, LOWEST_VOLTAGE_PERCENT, wattsOfOnePhase } from './lowest-voltage.ts';
export { socketPhases } from './model.ts';
export {
  accumulate,
  horizonOf,
  isFresh,
  otherLoadHorizon,
  otherLoadNow,
  otherLoadSeen,
  sourcesNow,
  sumByCircuit,
  worstOtherLoad,
} from './other-load.ts';
export {
  learnPhases,
  MASK_TRUST_MS,
  type PhaseEvidence,
  type PhaseQuestion,
  type PhaseSample,
  phasesInUse,
} from './phase-mask.ts';
export {
  LEASE_MARGIN_MS,
  LEASES_S,
  observeRise,
  RISE_STEPS,
  type RiseHistory,
  type RiseSpan,
  type RiseWindows,
  type SeenRise,
  seenRise,
} from './rise-history.ts';
export {
  beyondCabinet,
  contribution,
  countsAt,
  countsWith,
  type PhaseMask,
  roomIn,
  type RowUse,
  rowUses,
  underMask,
  type UsedRow,
} from './row-use.ts';
export { indexedUse, type RowIndex, rowIndexOf } from './row-index.ts';
export { pathToRoot } from './path-to-root.ts';
export type { RowKind, SharedOutput } from './row-loads.ts';
export {
  type BindingStationLimit,
  type LimitTold,
  MAX_LIMITS_OF_STATION,
  mayLimit,
  missingFrom,
  STATION_LIMIT_HOLDS_MS,
  type StationLimit,
  stationLimitAt,
  stationLimitInstants,
  type StationLimitSchedule,
  withoutMissing,
  withoutStationLimit,
  withStationLimit,
  withUnlisted,
} from './station-limit.ts';
export { inRow, type LimitSource, type Row, type RowLimit, rowsOf } from './rows.ts';
