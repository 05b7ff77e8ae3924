/**
 * The kernel: branded quantities and ids, and the doors by which time, chance and identity come in.
 * It refuses to do I/O, to read a clock and to import anything.
 */
export {
  type Clock,
  type IdSource,
  type Rng,
  type Timers,
  type Cancel,
} from './doors.ts';
export { assertNever, invariant, InvariantViolated } from './invariant.ts';
export { err, ok, type Err, type Ok, type Result } from './result.ts';
export {
  type CircuitId,
  circuitId,
  type EpochMs,
  epochMs,
  type EvseId,
  evseId,
  type EvseNumber,
  type SessionId,
  sessionId,
  type SiteId,
  siteId,
  type StationId,
  stationId,
  type TransactionId,
  transactionId,
} from './ids.ts';
export {
  ampsFromDeciAmps,
  type DeciAmps,
  deciAmps,
  demandDeciAmps,
  limitDeciAmps,
  type WattHours,
  wattHours,
  type Watts,
  watts,
} from './quantities.ts';
export {
  addPhases,
  anyPhase,
  type GridPhase,
  GRID_PHASES,
  mapPhases,
  maxPhases,
  minPhases,
  type PerPhase,
  perPhase,
  type PerPhaseDeciAmps,
  subtractPhases,
  ZERO_PHASES,
} from './phases.ts';
export { compareText, compareNumbers } from './order.ts';
export { isTold } from './doubling.ts';
export { COLDEST_DECI_C, HOTTEST_DECI_C } from './temperature.ts';
