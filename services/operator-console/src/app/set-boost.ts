import { type Clock, type EpochMs, evseId, ok, type Result, type StationId } from '@headroom/kernel';
import type { Problem } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { Registry } from '../ports.ts';

const SET_BY = 'operator';
const MINUTE_MS = 60_000;

export interface SetBoostDeps {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly events: ConsoleEvents;
}

export interface BoostPlace {
  readonly stationId: StationId;
  readonly evse: number;
}

/** What stands now. */
export interface Boosted {
  readonly untilMs: EpochMs;
  readonly setBy: string;
}

/** Lets the car that charges there come before all others of its site for so long; how long at most is the registry's rule. */
export async function setBoost(
  { clock, registry, events }: SetBoostDeps,
  { stationId, evse }: BoostPlace,
  minutes: number,
): Promise<Result<Boosted, readonly Problem[]>> {
  const boost = { untilMs: clock.nowMs() + minutes * MINUTE_MS, setBy: SET_BY };
  const outcome = await registry.putBoost({ stationId, evse, ...boost });
  if (outcome.kind === 'err') return outcome;
  events.boostSet(evseId(stationId, evse), boost.untilMs);
  return ok(boost);
}

/** Ends it now; none standing is as good. */
export async function endBoost(
  { registry, events }: SetBoostDeps,
  { stationId, evse }: BoostPlace,
): Promise<Result<void, readonly Problem[]>> {
  const outcome = await registry.putBoost({ stationId, evse, setBy: SET_BY });
  if (outcome.kind === 'ok') events.boostEnded(evseId(stationId, evse));
  return outcome;
}
