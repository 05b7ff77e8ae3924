import type { EvseModel } from '@headroom/site-model';
import type { SlotDischarge } from '../../optimum/site/slotted.ts';
import type { RecordedSession } from './read-sessions.ts';

/** A car at an EVSE of the site. */
export interface Stay {
  /** Place in the order of the document. */
  readonly evse: number;
  readonly arrivedAtMs: number;
  readonly departedAtMs: number;
  /** What it would take. A file tells what it was given, which is no more than that. */
  readonly needKwh: number;
  /** What its driver said that he wants, and when he leaves. Absent: nothing. */
  readonly statedKwh?: number;
  readonly statedDepartureAtMs?: number;
  /** The most that the car takes. Absent: all that its EVSE has. */
  readonly maxA?: number;
  /** What its driver lets it give back. Absent: nothing. */
  readonly discharge?: SlotDischarge;
}

export type ReadStays =
  | {
      readonly kind: 'read';
      readonly stays: readonly Stay[];
      /** Too short or too small to be worth anything. */
      readonly leftOut: number;
      /** At an EVSE that had a car already: a file that says so is wrong about one of them. */
      readonly overlapping: number;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** A car that took less than this did not charge. */
export const LEAST_KWH = 0.1;
export const LEAST_STAY_MIN = 10;
/** Names that a sentence lists at most. */
const NAMES_MAX = 5;

/** Which EVSE a name in a file means: its station's where that has one only, `station/number`, or its name in the document. */
export function evsePlaces(evses: readonly EvseModel[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const single = (stationId: string): boolean => evses.filter((evse) => evse.stationId === stationId).length === 1;
  // The later ones win: an id is never taken for somebody's name.
  for (const [place, { name }] of evses.entries()) places.set(name, place);
  for (const [place, { stationId, evse }] of evses.entries()) {
    places.set(`${stationId}/${evse}`, place);
    if (single(stationId)) places.set(stationId, place);
  }
  return places;
}

/** Recorded sessions at the EVSEs of a site. A name that the site does not have refuses all: a figure of half a garage is worth nothing. */
export function staysAt(evses: readonly EvseModel[], sessions: readonly RecordedSession[]): ReadStays {
  const places = evsePlaces(evses);
  const unknown = [...new Set(sessions.map(({ evseId }) => evseId))].filter((evseId) => !places.has(evseId));
  if (unknown.length > 0) {
    const more = unknown.length > NAMES_MAX ? ` and ${unknown.length - NAMES_MAX} more` : '';
    return {
      kind: 'refused',
      why: `the site has no EVSE ${unknown.slice(0, NAMES_MAX).join(', ')}${more}: an evse_id is the id of a station with one EVSE, station/number, or the name of an EVSE`,
    };
  }
  const freeFromMs = new Map<number, number>();
  const stays: Stay[] = [];
  let [leftOut, overlapping] = [0, 0];
  const inOrder = sessions.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs || (a.evseId < b.evseId ? -1 : 1));
  for (const session of inOrder) {
    const { arrivedAtMs, departedAtMs, deliveredKwh, requestedKwh, statedDepartureAtMs } = session;
    const evse = places.get(session.evseId) ?? -1;
    if (deliveredKwh < LEAST_KWH || departedAtMs - arrivedAtMs < LEAST_STAY_MIN * 60_000) {
      leftOut += 1;
      continue;
    }
    if ((freeFromMs.get(evse) ?? -Infinity) > arrivedAtMs) {
      overlapping += 1;
      continue;
    }
    freeFromMs.set(evse, departedAtMs);
    stays.push({
      ...{ evse, arrivedAtMs, departedAtMs, needKwh: deliveredKwh },
      ...(requestedKwh === undefined ? {} : { statedKwh: requestedKwh }),
      ...(statedDepartureAtMs === undefined ? {} : { statedDepartureAtMs }),
    });
  }
  return { kind: 'read', stays, leftOut, overlapping };
}
