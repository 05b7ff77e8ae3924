import type { ChargingProfile } from './canonical.ts';

export interface OutboundCall {
  readonly action: string;
  readonly payload: object;
}

/** A command in the words of one version. */
export type Wording =
  | { readonly kind: 'calls'; readonly calls: readonly OutboundCall[] }
  | { readonly kind: 'refused'; readonly why: string };

export const wordedCall = (...calls: readonly OutboundCall[]): Wording => ({ kind: 'calls', calls });
export const refusedCommand = (why: string): Wording => ({ kind: 'refused', why });

/** Largest number of periods we send; every station is asked to hold far fewer. */
export const MAX_SCHEDULE_PERIODS = 24;

/** What no version accepts, so that no station has to find out. Undefined: fine. */
export function profileProblem(profile: ChargingProfile): string | undefined {
  const { periods } = profile;
  if (periods.length === 0) return 'a schedule needs a period';
  if (periods.length > MAX_SCHEDULE_PERIODS) return `more than ${MAX_SCHEDULE_PERIODS} periods`;
  if (periods[0]?.startS !== 0) return 'the first period must start at 0';
  if (periods.some((period, i) => i > 0 && period.startS <= (periods[i - 1]?.startS ?? 0)))
    return 'periods out of order';
  if (periods.some((period) => !Number.isInteger(period.limitDeciA) || period.limitDeciA < 0))
    return 'a limit below 0 A';
  if (profile.purpose === 'tx') {
    // OCPP 1.6 5.16.2 and OCPP 2.0.1 K01.FR.03, K01.FR.16.
    if (profile.evse === 0) return 'a TxProfile needs an EVSE';
    if (profile.transactionId === undefined) return 'a TxProfile needs a transaction';
  } else if (profile.transactionId !== undefined) return 'only a TxProfile names a transaction';
  return undefined;
}
