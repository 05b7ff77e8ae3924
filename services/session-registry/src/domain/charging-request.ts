import type { EpochMs, StationId } from '@headroom/kernel';
import { type Problem, problem } from './problem.ts';
import type { ChargingRequest, DischargeOffer } from './session.ts';

/** A request for a car that has not come yet waits so long. */
export const PENDING_REQUEST_MS = 10 * 60_000;
/** More than any battery on wheels. */
export const MAX_REQUEST_WH = 2_000_000;
const MAX_DEPARTURE_MS = 30 * 24 * 3_600_000;
/** Below, a number is a slip of the pen: both ways together even an old inverter is better. */
export const MIN_EFFICIENCY_PERCENT = 50;
/** A thousand of any currency for a kWh. */
export const MAX_WEAR_MICRO_PER_KWH = 1_000_000_000;

/** A request that waits for the next session of its EVSE; one per EVSE, the newest. */
export interface PendingRequest {
  readonly stationId: StationId;
  readonly evse: number;
  readonly request: ChargingRequest;
  readonly expiresAtMs: EpochMs;
}

/** What is wrong with a request; empty: nothing. */
export function checkRequest(
  { energyWh, departureAtMs, discharge }: ChargingRequest,
  nowMs: EpochMs,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(energyWh) || energyWh <= 0 || energyWh > MAX_REQUEST_WH) {
    const detail = `${energyWh / 1000} kWh is not above 0 and at most ${MAX_REQUEST_WH / 1000} kWh.`;
    problems.push(problem('bad-request', detail, '/energyKwh'));
  }
  if (departureAtMs !== undefined && !(departureAtMs > nowMs && departureAtMs <= nowMs + MAX_DEPARTURE_MS)) {
    problems.push(problem('bad-request', 'The departure must lie in the future, at most 30 days on.', '/departureAt'));
  }
  if (discharge === undefined) return problems;
  if (departureAtMs === undefined) {
    const detail = 'A car gives back only where it is known when it leaves: say departureAt, too.';
    problems.push(problem('bad-discharge', detail, '/departureAt'));
  }
  return [...problems, ...checkDischarge(discharge)];
}

function checkDischarge(offer: DischargeOffer): readonly Problem[] {
  const { atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh } = offer;
  const problems: Problem[] = [];
  const refuse = (detail: string, field: string): void => {
    problems.push(problem('bad-discharge', detail, `/discharge/${field}`));
  };
  if (!isWithin(atPlugInWh, 0, MAX_REQUEST_WH))
    refuse(`A battery of ${atPlugInWh / 1000} kWh is not from 0 to ${MAX_REQUEST_WH / 1000} kWh.`, 'heldKwh');
  if (!isWithin(keepWh, 0, MAX_REQUEST_WH))
    refuse(`To keep ${keepWh / 1000} kWh is not from 0 to ${MAX_REQUEST_WH / 1000} kWh.`, 'keepKwh');
  if (!isWithin(efficiencyPercent, MIN_EFFICIENCY_PERCENT, WHOLE_PERCENT)) {
    const detail = `An efficiency of ${efficiencyPercent / WHOLE_PERCENT} is not from ${MIN_EFFICIENCY_PERCENT / WHOLE_PERCENT} to 1, in hundredths.`;
    refuse(detail, 'efficiency');
  }
  if (!isWithin(wearMicroPerKwh, 0, MAX_WEAR_MICRO_PER_KWH))
    refuse(
      `A wear of ${wearMicroPerKwh / 1e6} for a kWh is not from 0 to ${MAX_WEAR_MICRO_PER_KWH / 1e6}.`,
      'wearPerKwh',
    );
  return problems;
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
const WHOLE_PERCENT = 100;
