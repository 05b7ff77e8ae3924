import { ok, type Result, type StationId } from '@headroom/kernel';
import type { Problem } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { Registry } from '../ports.ts';

export interface StationCredentials {
  readonly stationId: StationId;
  readonly siteId: string | null;
  /** Shown once, kept nowhere. */
  readonly password: string;
  readonly ocppUrl: string;
}

export interface PutStationDeps {
  readonly registry: Registry;
  readonly events: ConsoleEvents;
  readonly ocppUrlOf: (stationId: StationId) => string;
}

/** Makes a station's credentials anew. */
export async function putStation(
  deps: PutStationDeps,
  stationId: StationId,
): Promise<Result<StationCredentials, readonly Problem[]>> {
  const outcome = await deps.registry.putStation(stationId);
  if (outcome.kind === 'err') return outcome;
  deps.events.stationCredentialsMade(stationId, outcome.value.siteId);
  return ok({ stationId, ...outcome.value, ocppUrl: deps.ocppUrlOf(stationId) });
}
