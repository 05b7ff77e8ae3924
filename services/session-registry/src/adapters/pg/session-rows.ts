import { invariant, sessionId, siteId, stationId, transactionId } from '@headroom/kernel';
import type { SqlParam } from '@headroom/turn-store';
import type { Cable, ChargingRequest, Session, Transaction, TransactionFlag } from '../../domain/session.ts';

export interface SessionRow {
  readonly session_id: string;
  readonly site_id: string | null;
  readonly station_id: string;
  readonly evse: number;
  readonly started_at_ms: number;
  readonly unplugged_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly known_energy_wh: number;
  readonly unknown_energies: number;
  readonly requested_energy_wh: number | null;
  readonly departure_at_ms: number | null;
  readonly discharge: WholeRow | null;
  readonly battery: WholeRow | null;
}
export const SESSION_COLUMNS =
  'session_id, site_id, station_id, evse, started_at_ms, unplugged_at_ms, ended_at_ms, known_energy_wh, ' +
  'unknown_energies, requested_energy_wh, departure_at_ms, discharge, battery';

export interface TransactionRow {
  readonly record_id: string;
  readonly station_id: string;
  readonly transaction_id: string;
  readonly evse: number;
  readonly site_id: string | null;
  readonly state: Transaction['state'];
  readonly session_id: string | null;
  readonly started_at_ms: number;
  readonly authorized: boolean;
  readonly meter_start_wh: number | null;
  readonly last_reading_wh: number | null;
  readonly last_reading_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly meter_stop_wh: number | null;
  readonly energy_wh: number | null;
  readonly stop_reason: string;
  readonly stopped: boolean;
  readonly amendments: number;
  readonly flags: readonly TransactionFlag[];
}
export const TRANSACTION_COLUMNS =
  'record_id, station_id, transaction_id, evse, site_id, state, session_id, started_at_ms, authorized, meter_start_wh, ' +
  'last_reading_wh, last_reading_at_ms, ended_at_ms, meter_stop_wh, energy_wh, stop_reason, stopped, amendments, flags';

export interface CableRow {
  readonly kind: Cable['kind'];
  readonly connector: number;
  readonly at_ms: number;
}
/** Whole numbers; inside of arrays the driver leaves them as text. */
type WholeRow = readonly (number | string)[];
export interface RequestRow {
  readonly energy_wh: number;
  readonly departure_at_ms: number | null;
  readonly discharge: WholeRow | null;
  readonly battery: WholeRow | null;
}

const siteOf = (text: string | null) => (text === null ? undefined : siteId(text));

interface RequestColumns {
  readonly energyWh: number | null;
  readonly departureAtMs: number | null;
  readonly discharge: WholeRow | null;
  readonly battery: WholeRow | null;
}

export const requestOf = (row: RequestColumns): ChargingRequest | undefined =>
  row.energyWh === null
    ? undefined
    : {
        energyWh: row.energyWh,
        departureAtMs: row.departureAtMs ?? undefined,
        ...dischargeOf(row.discharge),
        ...batteryOf(row.battery),
      };

function batteryOf(row: WholeRow | null): Pick<ChargingRequest, 'battery'> {
  const [sizeWh, atPlugInWh] = row?.map(Number) ?? [];
  return sizeWh === undefined || atPlugInWh === undefined ? {} : { battery: { sizeWh, atPlugInWh } };
}

export const batteryParam = (request: ChargingRequest | undefined): readonly number[] | null =>
  request?.battery === undefined ? null : [request.battery.sizeWh, request.battery.atPlugInWh];

function dischargeOf(row: WholeRow | null): Pick<ChargingRequest, 'discharge'> {
  const [atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh] = row?.map(Number) ?? [];
  if (atPlugInWh === undefined || keepWh === undefined) return {};
  if (efficiencyPercent === undefined || wearMicroPerKwh === undefined) return {};
  return { discharge: { atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh } };
}

export const dischargeParam = (request: ChargingRequest | undefined): readonly number[] | null => {
  if (request?.discharge === undefined) return null;
  const { atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh } = request.discharge;
  return [atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh];
};

export const sessionOf = (row: SessionRow): Session => ({
  sessionId: sessionId(row.session_id),
  siteId: siteOf(row.site_id),
  stationId: stationId(row.station_id),
  evse: row.evse,
  startedAtMs: row.started_at_ms,
  unpluggedAtMs: row.unplugged_at_ms ?? undefined,
  endedAtMs: row.ended_at_ms ?? undefined,
  knownEnergyWh: row.known_energy_wh,
  unknownEnergies: row.unknown_energies,
  request: requestOf({
    energyWh: row.requested_energy_wh,
    departureAtMs: row.departure_at_ms,
    discharge: row.discharge,
    battery: row.battery,
  }),
});

export const sessionParams = (session: Session): readonly SqlParam[] => [
  session.sessionId,
  session.siteId ?? null,
  session.stationId,
  session.evse,
  session.startedAtMs,
  session.unpluggedAtMs ?? null,
  session.endedAtMs ?? null,
  session.knownEnergyWh,
  session.unknownEnergies,
  session.request?.energyWh ?? null,
  session.request?.departureAtMs ?? null,
  dischargeParam(session.request),
  batteryParam(session.request),
];

export function transactionOf(row: TransactionRow): Transaction {
  const identity = {
    recordId: row.record_id,
    stationId: stationId(row.station_id),
    transactionId: transactionId(row.transaction_id),
    evse: row.evse,
    siteId: siteOf(row.site_id),
    flags: row.flags,
  };
  const stop = {
    endedAtMs: row.ended_at_ms ?? row.started_at_ms,
    meterStopWh: row.meter_stop_wh ?? undefined,
    stopReason: row.stop_reason,
    amendments: row.amendments,
  };
  if (row.state === 'orphan') return { ...identity, ...stop, state: 'orphan' };
  invariant(row.session_id !== null, `transaction ${row.record_id} has no session`);
  const { last_reading_wh: energyWh, last_reading_at_ms: atMs } = row;
  const begun = {
    ...identity,
    sessionId: sessionId(row.session_id),
    startedAtMs: row.started_at_ms,
    authorized: row.authorized,
    meterStartWh: row.meter_start_wh ?? undefined,
    lastReading: energyWh === null || atMs === null ? undefined : { energyWh, atMs },
  };
  if (row.state === 'open') return { ...begun, state: 'open' };
  return { ...begun, ...stop, state: 'closed', stopped: row.stopped, energyWh: row.energy_wh ?? undefined };
}

export function transactionParams(transaction: Transaction): readonly SqlParam[] {
  const begun = transaction.state === 'orphan' ? undefined : transaction;
  const stop = transaction.state === 'open' ? undefined : transaction;
  const closed = transaction.state === 'closed' ? transaction : undefined;
  return [
    transaction.recordId,
    transaction.stationId,
    transaction.transactionId,
    transaction.evse,
    transaction.siteId ?? null,
    transaction.state,
    begun?.sessionId ?? null,
    begun?.startedAtMs ?? stop?.endedAtMs ?? 0,
    begun?.authorized ?? false,
    begun?.meterStartWh ?? null,
    begun?.lastReading?.energyWh ?? null,
    begun?.lastReading?.atMs ?? null,
    stop?.endedAtMs ?? null,
    stop?.meterStopWh ?? null,
    closed?.energyWh ?? null,
    stop?.stopReason ?? '',
    transaction.state === 'orphan' || closed?.stopped === true,
    stop?.amendments ?? 0,
    transaction.flags,
  ];
}

/** `$1, $2, ...` for a list of columns. */
export const placeholders = (columns: string): string =>
  columns
    .split(', ')
    .map((_, index) => `$${index + 1}`)
    .join(', ');

/** `a = excluded.a, ...` for all columns but the key. */
export const overwrite = (columns: string, key: string): string =>
  columns
    .split(', ')
    .filter((column) => column !== key)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ');
