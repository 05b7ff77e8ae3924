import { belief, laxitySlots } from './belief.ts';
import { type Knowledge, LEAST_A, type SlotPolicy, type Standing, STEP_A } from './policy.ts';
import type { SlotSession, SlottedDay } from '../site/slotted.ts';
import { Room, rowsByPlace } from './room.ts';

// The simplest form of each policy that people compare with, written here and nowhere near the optimizer: no memory, no min-on.

/** Everybody at full current until it is full, whatever the limits. */
const uncontrolled: SlotPolicy<SlottedDay> = {
  name: 'uncontrolled',
  askedAtS: [0],
  ignoresLimits: true,
  begin: () => (_at, standing) =>
    new Map(standing.filter(({ full }) => !full).map(({ place, session }) => [place, session.car.maxCurrentA])),
};

/** The minimum to as many as fit, first come first served; then an ampere to each in turn (KP1). */
const equal: SlotPolicy<SlottedDay> = {
  name: 'equal share',
  askedAtS: [0],
  begin: (day) => {
    const rowsOf = rowsByPlace(day);
    return ({ slot }, standing) => {
      const room = new Room(day.rows, rowsOf, slot);
      const given = new Map<number, number>();
      const give = (place: number, currentA: number): void => {
        room.take(place, currentA);
        given.set(place, (given.get(place) ?? 0) + currentA);
      };
      const wanting = standing.filter(({ full }) => !full).toSorted(byArrival);
      for (const { place, session } of wanting)
        if (room.forPlace(place) >= leastOf(session) - ROUNDING_A) give(place, leastOf(session));
      let rising = wanting.filter(({ place }) => given.has(place));
      while (rising.length > 0) {
        rising = rising.filter((one) => {
          const hasA = given.get(one.place) ?? 0;
          const fits = hasA + STEP_A <= mostOf(one) && room.forPlace(one.place) >= STEP_A - ROUNDING_A;
          if (fits) give(one.place, STEP_A);
          return fits;
        });
      }
      return given;
    };
  },
};

/** As much as fits to the first, then to the second, and so on. */
const ranked = (
  name: string,
  rank: (standing: Standing, slot: number, knows: Knowledge) => number,
): SlotPolicy<SlottedDay> => ({
  name,
  askedAtS: [0],
  begin: (day, knows) => {
    const rowsOf = rowsByPlace(day);
    return ({ slot }, standing) => {
      const room = new Room(day.rows, rowsOf, slot);
      const given = new Map<number, number>();
      const inOrder = standing
        .filter(({ full }) => !full)
        .map((one) => ({ one, rank: rank(one, slot, knows) }))
        .toSorted((a, b) => a.rank - b.rank || byArrival(a.one, b.one));
      for (const { one } of inOrder) {
        const currentA = Math.floor((Math.min(mostOf(one), room.forPlace(one.place)) + ROUNDING_A) / STEP_A) * STEP_A;
        if (currentA < leastOf(one.session)) continue;
        room.take(one.place, currentA);
        given.set(one.place, currentA);
      }
      return given;
    };
  },
});

/** Roots and binary fractions: less than the tolerance of a run. */
const ROUNDING_A = 1e-7;
const byArrival = (a: Standing, b: Standing): number => a.session.first - b.session.first || a.place - b.place;
const leastOf = ({ car }: SlotSession): number => car.leastA ?? LEAST_A;
/** In whole steps, and never below the least. */
const mostOf = ({ takesAtMostA, session }: Standing): number =>
  Math.max(leastOf(session), Math.floor(takesAtMostA / STEP_A) * STEP_A);

/** FCFS, EDF and LLF are KP5 to KP7. */
export const REFERENCE_POLICIES: readonly SlotPolicy<SlottedDay>[] = [
  uncontrolled,
  equal,
  ranked('FCFS', ({ session }) => session.first),
  ranked('EDF', (standing, slot, knows) => belief(standing, slot, knows).endSlot),
  ranked('LLF', laxitySlots),
];
