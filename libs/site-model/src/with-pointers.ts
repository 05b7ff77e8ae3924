import type { EvseInput } from './input.ts';

interface PointedEvse {
  readonly evse: EvseInput;
  readonly station: string;
  readonly pointer: string;
}

/** EVSEs of one station stand beside each other, so a change of station id is the next station of the document. */
export function withPointers(evses: readonly EvseInput[]): readonly PointedEvse[] {
  let stationIndex = -1;
  let evseIndex = 0;
  let previous: string | undefined;
  return evses.map((evse) => {
    if (evse.stationId === previous) evseIndex += 1;
    else {
      stationIndex += 1;
      evseIndex = 0;
      previous = evse.stationId;
    }
    const station = `/spec/stations/${stationIndex}`;
    return { evse, station, pointer: `${station}/evses/${evseIndex}` };
  });
}
