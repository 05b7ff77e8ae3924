import type { Car, Day, DaySession } from '../optimum/generate/session.ts';
import type { RecordedSession } from './read-sessions.ts';

export interface RecordedDays {
  /** Sessions by the date of their arrival, each day for itself. */
  readonly days: readonly { readonly date: string; readonly day: Day }[];
  /** Of EVSEs that had a car already at that time: a file that tells such a thing is wrong about one of them. */
  readonly overlapping: number;
  /** Too short or too small to be worth a plan. */
  readonly leftOut: number;
}

/** A car that took less than this did not charge. */
const LEAST_KWH = 0.1;
const LEAST_STAY_MIN = 10;

/**
 * Days as the comparison takes them. A file tells no cars: all of them are like `car`. What a car really wanted is not in it either;
 * what it was given is a lower bound of that, and counts as its need.
 */
export function recordedDays(sessions: readonly RecordedSession[], car: Car): RecordedDays {
  const evses = [...new Set(sessions.map(({ evseId }) => evseId))].toSorted(byText);
  const numbers = new Map(evses.map((evseId, n) => [evseId, n]));
  const byDate = new Map<string, RecordedSession[]>();
  let leftOut = 0;
  for (const session of sessions) {
    const { date, deliveredKwh, arriveMin, departMin } = session;
    if (deliveredKwh < LEAST_KWH || departMin - arriveMin < LEAST_STAY_MIN) leftOut += 1;
    else byDate.set(date, [...(byDate.get(date) ?? []), session]);
  }
  let overlapping = 0;
  const days = [...byDate]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([date, ofDay], n) => {
      const freeFromMin = new Map<string, number>();
      const kept: DaySession[] = [];
      for (const session of ofDay.toSorted((a, b) => a.arriveMin - b.arriveMin || byText(a.evseId, b.evseId))) {
        if ((freeFromMin.get(session.evseId) ?? 0) > session.arriveMin) {
          overlapping += 1;
          continue;
        }
        freeFromMin.set(session.evseId, session.departMin);
        kept.push(daySession(session, { index: kept.length, evse: numbers.get(session.evseId) ?? 0, car }));
      }
      return { date, day: { kind: 'workplace', seed: n, evses: evses.length, sessions: kept, turnedAway: 0 } as const };
    });
  return { days, overlapping, leftOut };
}

function daySession(
  { arriveMin, departMin, deliveredKwh, requestedKwh, statedDepartMin }: RecordedSession,
  of: Pick<DaySession, 'index' | 'evse' | 'car'>,
): DaySession {
  return {
    ...{
      ...of,
      arriveMin,
      departMin,
      energyKwh: deliveredKwh,
      booked: false,
      conduct: { belowOfferA: 0, needsEdge: false },
    },
    claim: {
      ...(requestedKwh === undefined ? {} : { energyKwh: requestedKwh }),
      ...(statedDepartMin === undefined ? {} : { departMin: statedDepartMin }),
    },
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
