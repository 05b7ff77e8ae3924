import type { Stay } from './stays.ts';

/** How a garage may be used in some years: so many more sessions as a share of today's. */
export interface Growth {
  readonly name: 'conservative' | 'base' | 'optimistic';
  readonly share: number;
}
/** Of a business case (C236): nothing changes; a quarter more cars; three quarters more. */
export const GROWTHS: readonly Growth[] = [
  { name: 'conservative', share: 0 },
  { name: 'base', share: 0.25 },
  { name: 'optimistic', share: 0.75 },
];

export interface Grown {
  readonly stays: readonly Stay[];
  /** Cars that found no free bay. */
  readonly turnedAway: number;
}

const WEEK_MS = 7 * 86_400_000;
/** A prime, so that the chosen ones are spread over days and hours; the same file always gives the same choice. */
const STRIDE = 7_919;

/**
 * More cars like those that came: copies of recorded sessions, a week later or, of the last week, earlier, so that days of the week
 * stay what they are. A copy takes the first bay that is free for all of its stay.
 */
export function grow(stays: readonly Stay[], share: number, evses: number): Grown {
  const count = Math.round(stays.length * share);
  const ascending = stays.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs || a.evse - b.evse);
  const lastMs = ascending.reduce((most, { arrivedAtMs }) => Math.max(most, arrivedAtMs), -Infinity);
  const taken = Array.from({ length: evses }, (_, evse) => stays.filter((stay) => stay.evse === evse));
  const added: Stay[] = [];
  let turnedAway = 0;
  for (let n = 0; n < count; n += 1) {
    const original = ascending[(n * STRIDE) % ascending.length];
    if (original === undefined) break;
    const byMs = original.arrivedAtMs + WEEK_MS > lastMs ? -WEEK_MS : WEEK_MS;
    const copy = movedBy(original, byMs);
    const evse = taken.findIndex((ofEvse) => ofEvse.every((other) => !overlap(other, copy)));
    if (evse < 0) turnedAway += 1;
    else {
      const stay = { ...copy, evse };
      taken[evse]?.push(stay);
      added.push(stay);
    }
  }
  return {
    stays: [...stays, ...added].toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs || a.evse - b.evse),
    turnedAway,
  };
}

const movedBy = (stay: Stay, ms: number): Stay => ({
  ...stay,
  arrivedAtMs: stay.arrivedAtMs + ms,
  departedAtMs: stay.departedAtMs + ms,
  ...(stay.statedDepartureAtMs === undefined ? {} : { statedDepartureAtMs: stay.statedDepartureAtMs + ms }),
});

const overlap = (a: Stay, b: Stay): boolean => a.arrivedAtMs < b.departedAtMs && b.arrivedAtMs < a.departedAtMs;
