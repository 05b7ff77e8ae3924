import { type commonV1, dispatchStateV1, stationV1 } from '@headroom/contracts';
import {
  type CircuitId,
  circuitId,
  type DeciAmps,
  deciAmps,
  type TransactionId,
  transactionId,
  type Watts,
  watts,
} from '@headroom/kernel';
import type { CapabilitiesSince21 } from '@headroom/ocpp/capabilities';
import type { EvseControl } from '../../domain/evse-control.ts';
import type { LaterLimit } from '../../domain/later-limit.ts';
import type { Service } from '../../domain/obedience.ts';
import { type Drop, modelKey } from '../../domain/site-state.ts';
import type { StationVersion } from '../../domain/station-traits.ts';

/** Words that several messages of ours share. */
const VERSIONS: Readonly<Record<StationVersion, stationV1.OcppVersion>> = {
  'ocpp1.6': stationV1.OcppVersion.OCPP_VERSION_1_6,
  'ocpp2.0.1': stationV1.OcppVersion.OCPP_VERSION_2_0_1,
  'ocpp2.1': stationV1.OcppVersion.OCPP_VERSION_2_1,
};

export const versionToWire = (version: StationVersion | undefined): stationV1.OcppVersion =>
  version === undefined ? stationV1.OcppVersion.OCPP_VERSION_UNSPECIFIED : VERSIONS[version];

/** One that is not spoken here is none. */
export const versionFromWire = (wire: stationV1.OcppVersion): StationVersion | undefined =>
  (['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const).find((version) => VERSIONS[version] === wire);

export const whole = (value: number): bigint => BigInt(Math.round(value));
export const maybeWhole = (value: number | undefined): bigint | undefined =>
  value === undefined ? undefined : whole(value);
export const maybeNumber = (value: bigint | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

export const transactionFromWire = (wire: string): TransactionId | undefined =>
  wire === '' ? undefined : transactionId(wire);

export const laterToWire = (later: LaterLimit | undefined): commonV1.LaterLimit | undefined =>
  later === undefined ? undefined : { fromMs: whole(later.fromMs), limitDeciA: later.limit };

/** As a field: absent where the wire has none. */
export const laterFromWire = ({ later }: { readonly later?: commonV1.LaterLimit | undefined }) =>
  later === undefined
    ? {}
    : { later: { fromMs: Number(later.fromMs), limit: deciAmps(Math.max(0, later.limitDeciA)) } };

/** What flows back, as a field: absent where nothing does. */
export const dischargeFromWire = (wire: number | undefined): { readonly discharge?: DeciAmps } =>
  wire === undefined || wire <= 0 ? {} : { discharge: deciAmps(wire) };

/** Power limits of circuits; absent where there are none. */
export function limitsFromWire(
  circuits: readonly { readonly circuitId: string; readonly powerLimitW?: bigint | undefined }[],
): { readonly limits?: ReadonlyMap<CircuitId, Watts> } {
  const limits = circuits.flatMap(({ circuitId: id, powerLimitW }) =>
    powerLimitW === undefined ? [] : [[circuitId(id), watts(Math.max(0, Number(powerLimitW)))] as const],
  );
  return limits.length === 0 ? {} : { limits: new Map(limits) };
}

export const SERVICES: Readonly<Record<Service, dispatchStateV1.EvseService>> = {
  in: dispatchStateV1.EvseService.UNSPECIFIED,
  out: dispatchStateV1.EvseService.OUT,
  returning: dispatchStateV1.EvseService.RETURNING,
};

export const serviceFromWire = (wire: dispatchStateV1.EvseService): Service =>
  (Object.keys(SERVICES) as readonly Service[]).find((service) => SERVICES[service] === wire) ?? 'in';

/** As a field: absent where nothing drops. */
export function dropFromWire(
  atMs: bigint | undefined,
  circuits: Parameters<typeof limitsFromWire>[0],
): { readonly drop?: Drop } {
  const { limits } = limitsFromWire(circuits);
  return atMs === undefined || limits === undefined ? {} : { drop: { atMs: Number(atMs), limits } };
}

/** One without is asked anew in time. */
export const since21FromWire = ({
  setpointEvses,
  ...said
}: dispatchStateV1.CapabilitiesSince21): CapabilitiesSince21 => ({
  ...said,
  ...(setpointEvses.length === 0 ? {} : { setpointEvses }),
});

/** A model whose leases were seen to end, or not to, by its key. */
export function modelFromWire({ vendor, model, firmwareVersion: firmware, isKept }: dispatchStateV1.ModelSeen) {
  const identity = { vendor, model, firmware, ...(isKept ? { isKept } : {}) };
  return [modelKey(identity), identity] as const;
}

export const lapsesOf = (times: number, transactionId: TransactionId | undefined): Pick<EvseControl, 'lapses'> =>
  times === 0 || transactionId === undefined ? {} : { lapses: { transactionId, times } };
