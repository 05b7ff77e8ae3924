import type { EpochMs, StationId } from '@headroom/kernel';
import { type Problem, problem } from './problem.ts';
import type { ChargingRequest } from './session.ts';

/** A request for a car that has not come yet waits so long. */
export const PENDING_REQUEST_MS = 10 * 60_000;
/** More than any battery on wheels. */
export const MAX_REQUEST_WH = 2_000_000;
const MAX_DEPARTURE_MS = 30 * 24 * 3_600_000;

/** A request that waits for the next session of its EVSE; one per EVSE, the newest. */
export interface PendingRequest {
  readonly stationId: StationId;
  readonly evse: number;
  readonly request: ChargingRequest;
  readonly expiresAtMs: EpochMs;
}

/** What is wrong with a request; empty: nothing. */
export function checkRequest({ energyWh, departureAtMs }: ChargingRequest, nowMs: EpochMs): readonly Problem[] {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(energyWh) || energyWh <= 0 || energyWh > MAX_REQUEST_WH) {
    const detail = `${energyWh / 1000} kWh is not above 0 and at most ${MAX_REQUEST_WH / 1000} kWh.`;
    problems.push(problem('bad-request', detail, '/energyKwh'));
  }
  if (departureAtMs !== undefined && !(departureAtMs > nowMs && departureAtMs <= nowMs + MAX_DEPARTURE_MS)) {
    problems.push(problem('bad-request', 'The departure must lie in the future, at most 30 days on.', '/departureAt'));
  }
  return problems;
}
