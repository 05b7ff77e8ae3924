/**
 * OCPP-J as pure code: frames, the calling state machine, schema checks, and the translation of each version to and from
 * one canonical set of messages. It refuses to do I/O, to read a clock, and to judge what a message means for a site.
 */
export {
  type AuthorizationStatus,
  type BootReported,
  type ChargingLimitCleared,
  type ChargingLimitNotified,
  type ChargingProfile,
  type ChargingState,
  type CommandOutcome,
  type ConnectorStatus,
  type ErrorAnswer,
  type LimitSchedule,
  type MeterValue,
  type MeterValuesReported,
  OCPP_VERSIONS,
  type OcppVersion,
  type ProfilePurpose,
  type ProfilesReported,
  type ReportedProfile,
  type RequestRefusal,
  type SampledValue,
  type SchedulePeriod,
  type SchedulePulled,
  type StationAnswer,
  type StationCommand,
  type StationRequest,
  type StationTime,
  type StatusReported,
  type TransactionEnded,
  type TransactionMessage,
  type TransactionStarted,
  type TransactionUpdated,
} from './canonical.ts';
export { type CompositeSaid, compositeSaid, MAX_COMPOSITE_STEPS, wordsOfComposite } from './composite-answer.ts';
export { type Codec, codecOf, commandOutcome, isTransactionAction } from './codec.ts';
export {
  encodeFrame,
  type Frame,
  type FrameError,
  type FrameLimits,
  type FrameRefusal,
  type FrameRefusalReason,
  MAX_FRAME_DEPTH,
  MAX_MESSAGE_ID_CHARS,
  parseFrame,
} from './frames.ts';
export { MAX_SCHEDULE_PERIODS, type OutboundCall, type Wording } from './from-canonical.ts';
export { isObject, type JsonObject, type JsonValue, withoutNulls } from './json.ts';
export {
  type Call,
  type CallAnswer,
  createRpcSession,
  type Expired,
  type Offer,
  type RpcLimits,
  type RpcSession,
  type Settlement,
} from './rpc.ts';
export { formatTimestamp, parseTimestamp, type StationTimestamp, type TimestampQuirk } from './timestamps.ts';
export type { Reading } from './to-canonical.ts';
export { isKnownAction, isTolerable, schemaViolation, type SchemaViolation } from './validate.ts';
