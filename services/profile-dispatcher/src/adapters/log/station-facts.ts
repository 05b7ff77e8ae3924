import { stationV1 } from '@headroom/contracts';
import { siteId, stationId, transactionId } from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import { limitFromWire } from '@headroom/site-wire';
import type { CompositeSaid } from '../../domain/composite-said.ts';
import { isProfilesQuestion, isQuestion } from '../../domain/command-name.ts';
import type {
  CapabilitiesAnswered,
  ChargingSeen,
  CommandAnswered,
  Fact,
  ProfilesAnswered,
  ProfilesReported,
  StationTimeSeen,
} from '../../domain/facts.ts';
import { TOLD_ELSEWHERE } from '../../domain/held-profiles.ts';
import type { LimitOutcome } from '../../domain/resolve-limit.ts';
import type { StationVersion } from '../../domain/station-traits.ts';
import { versionFromWire } from './wire-words.ts';

/** What a station dates so far back has waited in it, or its clock is slow: 1.6 has no word for the first. */
export const WAITED_AFTER_MS = 60_000;
const hasWaited = (
  { offline, stationTimeMs }: Pick<stationV1.TransactionStarted, 'offline' | 'stationTimeMs'>,
  receivedAtMs: number,
): boolean => offline || (stationTimeMs > 0n && receivedAtMs - Number(stationTimeMs) > WAITED_AFTER_MS);

/** What the dispatcher understands of a station fact; a station of no site, and what does not concern it, give none. */
export function factsOfStation(wire: stationV1.StationFact): readonly Fact[] {
  if (wire.siteId === '' || wire.fact === undefined) return [];
  const { fact } = wire;
  const of = {
    siteId: siteId(wire.siteId),
    stationId: stationId(wire.stationId),
    generation: Number(wire.connectionGeneration),
    atMs: Number(wire.receivedAtMs),
  };
  const seen = (stationTimeMs: bigint | undefined, offline = false): readonly StationTimeSeen[] =>
    stationTimeMs === undefined || stationTimeMs <= 0n || offline
      ? []
      : [{ kind: 'station-time-seen', ...of, stationTimeMs: Number(stationTimeMs) }];
  switch (fact.$case) {
    case 'connected':
      return [
        { kind: 'station-connected', ...of, gatewayAddress: fact.value.gatewayAddress, ...versionOf(fact.value) },
      ];
    case 'disconnected':
      return [{ kind: 'station-disconnected', ...of }];
    case 'booted':
      return [{ kind: 'station-booted', ...of, onRequest: fact.value.onRequest, identity: identityOf(fact.value) }];
    case 'statusReported':
      return [...seen(fact.value.stationTimeMs), ...chargingByStatus(of, fact.value)];
    case 'transactionStarted': {
      const { evse, transactionId: id, stationTimeMs, offline } = fact.value;
      const waited = hasWaited(fact.value, of.atMs) ? { hasWaited: true as const } : {};
      const started = {
        kind: 'transaction-started' as const,
        ...of,
        evse,
        transactionId: transactionId(id),
        ...waited,
      };
      return [...seen(stationTimeMs, offline), started, ...chargingIn(of, fact.value)];
    }
    case 'transactionUpdated':
      return [...seen(fact.value.stationTimeMs, fact.value.offline), ...chargingIn(of, fact.value)];
    case 'transactionEnded': {
      const { evse, transactionId: id, stationTimeMs, offline } = fact.value;
      const which = { evse: evse === 0 ? undefined : evse, transactionId: transactionId(id) };
      return [...seen(stationTimeMs, offline), { kind: 'transaction-ended', ...of, ...which }];
    }
    case 'meterValuesReported':
      // The newest of the message; 1.6 does not say which messages waited in the station.
      return seen(fact.value.meterValues.at(-1)?.stationTimeMs);
    case 'commandAnswered':
      return [answeredOf(of, fact.value)];
    case 'chargingProfilesReported':
      return [reportedOf(of, fact.value)];
    case 'chargingLimitNotified':
      // What is made on the site adds to what others allow: it limits nothing. That more may flow by it is known with the next reading of the
      // profiles that it holds. TODO(#6): ask for them at once, but not with each notice of a roof that says so every second.
      if (fact.value.localGeneration) return [];
      return [{ kind: 'station-limited', ...of, limit: limitFromWire(fact.value) }];
    case 'chargingLimitCleared': {
      const { evse, source } = fact.value;
      return [{ kind: 'station-limit-cleared', ...of, limit: { evse, source } }];
    }
    case 'frameRefused':
      return [];
    default:
      return [];
  }
}

type InTransaction = Pick<stationV1.TransactionUpdated, 'evse' | 'transactionId' | 'chargingState' | 'offline'>;

/** Its station need not name the EVSE again. */
function chargingIn(of: OfStation, { evse, transactionId: id, chargingState, offline }: InTransaction) {
  if (offline || chargingState === stationV1.ChargingState.UNSPECIFIED) return [];
  const which = { evse: evse === 0 ? undefined : evse, transactionId: transactionId(id) };
  return [seenCharging(of, which, chargingState === stationV1.ChargingState.CHARGING)];
}

const seenCharging = (
  of: OfStation,
  which: Pick<ChargingSeen, 'evse' | 'transactionId'>,
  isCharging: boolean,
): ChargingSeen => ({ kind: 'charging-seen', ...of, ...which, isCharging });

/** 1.6 says it by the status of the connector; some call a paused one Available (H92). */
const NOT_CHARGING: ReadonlySet<stationV1.ConnectorStatus> = new Set([
  stationV1.ConnectorStatus.AVAILABLE,
  stationV1.ConnectorStatus.PREPARING,
  stationV1.ConnectorStatus.SUSPENDED_EV,
  stationV1.ConnectorStatus.SUSPENDED_EVSE,
]);

const SUSPENDED: ReadonlySet<string | number> = new Set([
  stationV1.ConnectorStatus.SUSPENDED_EV,
  stationV1.ConnectorStatus.SUSPENDED_EVSE,
]);

function chargingByStatus(of: OfStation, { evse, status }: stationV1.StatusReported): readonly ChargingSeen[] {
  const isCharging = status === stationV1.ConnectorStatus.CHARGING;
  if (evse === 0 || !(isCharging || NOT_CHARGING.has(status))) return [];
  const seen = seenCharging(of, { evse, transactionId: undefined }, isCharging);
  return [SUSPENDED.has(status) ? { ...seen, isSuspended: true } : seen];
}

const versionOf = ({ ocppVersion }: stationV1.StationConnected): { readonly version?: StationVersion } => {
  const version = versionFromWire(ocppVersion);
  return version === undefined ? {} : { version };
};

const identityOf = ({ vendor, model, firmwareVersion: firmware }: stationV1.StationBooted): StationIdentity => ({
  ...{ vendor, model, firmware },
});

type OfStation = Pick<CommandAnswered, 'siteId' | 'stationId' | 'generation' | 'atMs'>;

function answeredOf(of: OfStation, wire: stationV1.CommandAnswered): Fact {
  if (isQuestion(wire.commandId)) return settingsOf(of, wire);
  return isProfilesQuestion(wire.commandId) ? profilesAnswerOf(of, wire) : answerOf(of, wire);
}

const NO_PROFILES = 'NoProfiles';

function profilesAnswerOf(of: OfStation, { commandId, status, detail }: stationV1.CommandAnswered): ProfilesAnswered {
  const answer = { kind: 'profiles-answered', ...of, commandId } as const;
  if (status === stationV1.CommandStatus.ACCEPTED) return { ...answer, outcome: 'accepted' };
  const isNone = status === stationV1.CommandStatus.REJECTED && detail === NO_PROFILES;
  return { ...answer, outcome: isNone ? 'none' : 'failed' };
}

const reportedOf = (of: OfStation, wire: stationV1.ChargingProfilesReported): ProfilesReported => ({
  kind: 'profiles-reported',
  ...of,
  requestId: Number(wire.requestId),
  isContinued: wire.toBeContinued,
  isTruncated: wire.truncated,
  held: wire.profiles.map(({ profileId, stackLevel, purpose, inWatts, most, endsAtMs }) => ({
    ...{ evse: wire.evse, profileId: Number(profileId), stackLevel, purpose, unit: inWatts ? 'W' : 'A' },
    ...(most === undefined ? {} : { most: Number(most) }),
    ...(endsAtMs === undefined ? {} : { endsAtMs: Number(endsAtMs) }),
  })),
  ...(wire.profiles.some(({ purpose }) => purpose === TOLD_ELSEWHERE)
    ? { limit: { evse: wire.evse, source: wire.source } }
    : {}),
});

const settingsOf = (of: OfStation, { status, settings }: stationV1.CommandAnswered): CapabilitiesAnswered => ({
  kind: 'capabilities-answered',
  ...of,
  settings:
    status === stationV1.CommandStatus.ACCEPTED
      ? settings.map(({ name, value }) => (value === undefined ? { name } : { name, value }))
      : undefined,
});

const answerOf = (
  of: OfStation,
  { commandId, status, detail, composite }: stationV1.CommandAnswered,
): CommandAnswered => ({
  kind: 'command-answered',
  ...of,
  commandId,
  outcome: outcomeOf(status),
  detail,
  ...(composite === undefined ? {} : { composite: saidOf(composite) }),
});

const saidOf = ({ inWatts, startMs, durationS, steps }: stationV1.CompositeSaid): CompositeSaid => ({
  unit: inWatts ? 'W' : 'A',
  ...(startMs === undefined ? {} : { startMs: Number(startMs) }),
  ...(durationS === undefined ? {} : { durationS }),
  steps: steps.map(({ fromS, limit, phases }) => ({
    ...{ fromS, limit: Number(limit) },
    ...(phases === 0 ? {} : { phases }),
  })),
});

/** H64: an answer that is an error, or no answer of the right shape, may still have been obeyed. */
function outcomeOf(status: stationV1.CommandStatus): LimitOutcome {
  if (status === stationV1.CommandStatus.ACCEPTED) return 'accepted';
  return status === stationV1.CommandStatus.REJECTED ? 'rejected' : 'unanswered';
}
