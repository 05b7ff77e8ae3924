import type { EvseInput } from './input.ts';

interface PointedEvse {
  readonly evse: EvseInput;
  readonly station: string;
  readonly pointer: string;
}

/**
 * EVSEs of one station stand beside each other, so another station id is the next station of the document; and so is another circuit, for
 * a station that hangs on two circuits stands there once for each.
 */
export function withPointers(evses: readonly EvseInput[]): readonly PointedEvse[] {
  let stationIndex = -1;
  let evseIndex = 0;
  let previous: EvseInput | undefined;
  return evses.map((evse) => {
    if (evse.stationId === previous?.stationId && evse.circuitId === previous.circuitId) evseIndex += 1;
    else {
      stationIndex += 1;
      evseIndex = 0;
    }
    previous = evse;
    const station = `/spec/stations/${stationIndex}`;
    return { evse, station, pointer: `${station}/evses/${evseIndex}` };
  });
}
