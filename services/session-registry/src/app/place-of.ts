import { err, type EvseNumber, ok, type Result, type SiteId, type StationId } from '@headroom/kernel';
import { type Problem, problem } from '../domain/problem.ts';
import type { RegistryTurn } from '../ports.ts';

export interface Place {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly siteId: SiteId | undefined;
}

/** Where somebody asks for something. Error: no site document names it. */
export async function placeOf(
  turn: RegistryTurn,
  { stationId, evse }: Pick<Place, 'stationId' | 'evse'>,
): Promise<Result<Place, Problem>> {
  const [station] = await turn.stations([stationId]);
  return station?.evses.includes(evse) === true
    ? ok({ stationId, evse, siteId: station.siteId })
    : err(problem('unknown-evse', `No site document names EVSE ${evse} of station "${stationId}".`));
}
