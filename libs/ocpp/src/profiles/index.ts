/**
 * The algebra of charging profiles, for OCPP 1.6, 2.0.1 and 2.1: reading them, judging them, and the limit that all of them together
 * impose. Pure. Instants are epoch ms of the station's clock; amounts are whole deci-amps or watts.
 * It refuses to send anything, to read a clock, to bring time zones, and to guess what a station does beside the text.
 */
export { type Imposed, type LimitSource } from './combine.ts';
export { compositeSchedule, type CompositeQuery, limitAt, type LimitQuery } from './composite.ts';
export { afterOffline, afterTransaction, install } from './installed.ts';
export { parseProfile } from './parse.ts';
export { type AbilitiesSince21, type Placement, type StationAbilities } from './placement.ts';
export {
  type ProblemCode,
  PROBLEMS,
  type ProblemWording,
  type ProfileProblem,
  wordingOf,
} from './problem.ts';
export {
  type FreqWattPoint,
  type InstalledProfile,
  type OperationMode,
  type Period,
  type Profile,
  PROFILE_VERSIONS,
  type ProfileKind,
  type ProfileVersion,
  type Purpose,
  type Rate,
  type RateUnit,
  type Recurrence,
  type RunningTransaction,
  type Schedule,
  type ScheduleStart,
} from './profile.ts';
export { type Supply } from './rate.ts';
export {
  type CompositeRefusal,
  type CompositeSchedule,
  MAX_COMPOSITE_MS,
  MAX_COMPOSITE_SEGMENTS,
  type Segment,
} from './segments.ts';
export { type StationEvse, type StationQuery, stationSchedule } from './station-schedule.ts';
export { validate } from './validate.ts';
export { type ZoneRules } from './wall-clock.ts';
