import { stationV1 } from '@headroom/contracts';
import { assertNever } from '@headroom/kernel';
import type {
  ChargingLimitNotified,
  ChargingState,
  CompositeSaid,
  ConnectorStatus,
  MeterValue,
  OcppVersion,
  ProfilesReported,
} from '@headroom/ocpp';
import type { CommandStatus, FactBody, StationFact } from '../../domain/facts.ts';

const VERSIONS = {
  'ocpp2.1': stationV1.OcppVersion.OCPP_VERSION_2_1,
  'ocpp1.6': stationV1.OcppVersion.OCPP_VERSION_1_6,
  'ocpp2.0.1': stationV1.OcppVersion.OCPP_VERSION_2_0_1,
} as const satisfies Record<OcppVersion, stationV1.OcppVersion>;

const STATUSES = {
  available: stationV1.ConnectorStatus.AVAILABLE,
  occupied: stationV1.ConnectorStatus.OCCUPIED,
  preparing: stationV1.ConnectorStatus.PREPARING,
  charging: stationV1.ConnectorStatus.CHARGING,
  'suspended-ev': stationV1.ConnectorStatus.SUSPENDED_EV,
  'suspended-evse': stationV1.ConnectorStatus.SUSPENDED_EVSE,
  finishing: stationV1.ConnectorStatus.FINISHING,
  reserved: stationV1.ConnectorStatus.RESERVED,
  unavailable: stationV1.ConnectorStatus.UNAVAILABLE,
  faulted: stationV1.ConnectorStatus.FAULTED,
} as const satisfies Record<ConnectorStatus, stationV1.ConnectorStatus>;

const CHARGING_STATES = {
  unknown: stationV1.ChargingState.UNSPECIFIED,
  idle: stationV1.ChargingState.IDLE,
  'ev-connected': stationV1.ChargingState.EV_CONNECTED,
  charging: stationV1.ChargingState.CHARGING,
  'suspended-ev': stationV1.ChargingState.SUSPENDED_EV,
  'suspended-evse': stationV1.ChargingState.SUSPENDED_EVSE,
} as const satisfies Record<ChargingState, stationV1.ChargingState>;

const COMMAND_STATUSES = {
  accepted: stationV1.CommandStatus.ACCEPTED,
  rejected: stationV1.CommandStatus.REJECTED,
  failed: stationV1.CommandStatus.FAILED,
  unanswered: stationV1.CommandStatus.UNANSWERED,
} as const satisfies Record<CommandStatus, stationV1.CommandStatus>;

/** A fact as the topic has it. */
export const toWire = (fact: StationFact): stationV1.StationFact => ({
  stationId: fact.stationId,
  siteId: fact.siteId ?? '',
  connectionGeneration: BigInt(fact.generation),
  receivedAtMs: BigInt(fact.receivedAtMs),
  rawFrame: Buffer.from(fact.rawFrame, 'utf8'),
  fact: bodyToWire(fact.body),
});

function bodyToWire(body: FactBody): NonNullable<stationV1.StationFact['fact']> {
  switch (body.kind) {
    case 'connected':
      return {
        $case: 'connected',
        value: { ocppVersion: VERSIONS[body.version], gatewayAddress: body.gatewayAddress },
      };
    case 'disconnected':
      return { $case: 'disconnected', value: { closeCode: body.closeCode, reason: body.reason } };
    case 'booted': {
      const { vendor, model, firmwareVersion, serialNumber } = body.boot;
      return { $case: 'booted', value: { vendor, model, firmwareVersion, serialNumber, onRequest: body.onRequest } };
    }
    case 'status-reported': {
      const { evse, connector, status, errorCode, stationTime } = body.status;
      const stationTimeMs = stationTime === undefined ? undefined : BigInt(stationTime.atMs);
      return {
        $case: 'statusReported',
        value: { evse, connector, status: STATUSES[status], errorCode, stationTimeMs },
      };
    }
    case 'meter-values-reported': {
      const { evse, transactionId, meterValues } = body.message;
      return {
        $case: 'meterValuesReported',
        value: { evse, transactionId: transactionId ?? '', meterValues: meterValues.map(meterValueToWire) },
      };
    }
    case 'command-answered':
      return {
        $case: 'commandAnswered',
        value: {
          commandId: body.commandId,
          status: COMMAND_STATUSES[body.status],
          detail: body.detail,
          settings: body.settings.map(({ name, value }) => ({ name, value })),
          composite: body.composite && compositeToWire(body.composite),
        },
      };
    case 'charging-limit-notified':
      return { $case: 'chargingLimitNotified', value: noticeToWire(body.notice) };
    case 'charging-limit-cleared': {
      const { evse, source } = body.notice;
      return { $case: 'chargingLimitCleared', value: { evse, source } };
    }
    case 'profiles-reported':
      return { $case: 'chargingProfilesReported', value: reportToWire(body.report) };
    case 'frame-refused':
      return { $case: 'frameRefused', value: { reason: body.reason, detail: body.detail } };
    default:
      return transactionToWire(body);
  }
}

const compositeToWire = ({ unit, startMs, durationS, steps }: CompositeSaid): stationV1.CompositeSaid => ({
  inWatts: unit === 'W',
  startMs: startMs === undefined ? undefined : BigInt(startMs),
  durationS: durationS === undefined ? undefined : Math.min(durationS, MOST_SECONDS),
  steps: steps.map(({ fromS, limit, phases = 0 }) => ({
    ...{ fromS: Math.min(fromS, MOST_SECONDS), limit: BigInt(limit), phases },
  })),
});

/** Of 32 bits: some stations name them all where they mean that there is no end. */
const MOST_SECONDS = 2 ** 32 - 1;

const reportToWire = (report: ProfilesReported): stationV1.ChargingProfilesReported => ({
  requestId: BigInt(report.requestId),
  evse: report.evse,
  source: report.source,
  toBeContinued: report.isContinued,
  truncated: report.isTruncated,
  profiles: report.profiles.map(({ profileId, stackLevel, purpose, unit, most, endsAtMs }) => ({
    ...{ profileId: BigInt(profileId), stackLevel, purpose, inWatts: unit === 'W' },
    most: most === undefined ? undefined : BigInt(most),
    endsAtMs: endsAtMs === undefined ? undefined : BigInt(endsAtMs),
  })),
});

const noticeToWire = (notice: ChargingLimitNotified): stationV1.ChargingLimitNotified => ({
  evse: notice.evse,
  source: notice.source,
  gridCritical: notice.isGridCritical,
  localGeneration: notice.isLocalGeneration,
  schedules: notice.schedules.map(({ unit, steps, untilMs }) => ({
    inWatts: unit === 'W',
    steps: steps.map(({ fromMs, limit }) => ({ fromMs: BigInt(fromMs), limit: BigInt(limit) })),
    untilMs: untilMs === undefined ? undefined : BigInt(untilMs),
  })),
});

type TransactionBody = Extract<FactBody, { readonly kind: `transaction-${string}` }>;

function transactionToWire(body: TransactionBody): NonNullable<stationV1.StationFact['fact']> {
  const { evse, stationTime, seqNo, offline } = body.message;
  const shared = {
    evse,
    stationTimeMs: BigInt(stationTime.atMs),
    seqNo,
    offline,
    meterValues: body.message.meterValues.map(meterValueToWire),
  };
  switch (body.kind) {
    case 'transaction-started':
      return {
        $case: 'transactionStarted',
        value: {
          ...shared,
          connector: body.message.connector,
          transactionId: body.transactionId,
          idTokenHash: body.idTokenHash,
          authorized: body.authorized,
          meterStartWh: wattHours(body.message.meterStartWh),
          chargingState: CHARGING_STATES[body.message.chargingState],
        },
      };
    case 'transaction-updated': {
      const { transactionId, chargingState } = body.message;
      return {
        $case: 'transactionUpdated',
        value: { ...shared, transactionId, chargingState: CHARGING_STATES[chargingState] },
      };
    }
    case 'transaction-ended': {
      const { transactionId, reason, meterStopWh } = body.message;
      return {
        $case: 'transactionEnded',
        value: { ...shared, transactionId, reason, meterStopWh: wattHours(meterStopWh) },
      };
    }
    default:
      return assertNever(body);
  }
}

const wattHours = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));

const meterValueToWire = (value: MeterValue): stationV1.MeterValue => ({
  stationTimeMs: BigInt(value.stationTime.atMs),
  // The same fields here and there: they are only read, never written.
  sampledValues: [...value.sampledValues],
});
