import { LEAST_A, type SlotPolicy } from '../../optimum/policies/policy.ts';
import { Room, rowsByPlace } from '../../optimum/policies/room.ts';
import type { SlotSession } from '../../optimum/site/slotted.ts';
import type { ReplayDay } from '../run/replay-day.ts';
import { carAt, physicalRows } from './physical-rows.ts';

/**
 * What an installer sets without any management: the same current for every bay, such that all of them together fit at the worst
 * moment. Where that is less than a car can take, as many bays as fit get the least, in the order of the document, and the rest none.
 */
export const staticShare: SlotPolicy<ReplayDay> = {
  name: 'static',
  askedAtS: [0],
  begin: (day) => {
    const setA = currentsOf(day);
    return (_at, standing) =>
      new Map(
        standing.flatMap(({ place, session, full }) => {
          const currentA = Math.min(setA[session.evse] ?? 0, session.car.maxCurrentA);
          return full || currentA === 0 ? [] : [[place, currentA] as const];
        }),
      );
  },
};

function currentsOf(day: ReplayDay): readonly number[] {
  const { site, evses } = day;
  const sessions = evses.map((evse, index): SlotSession => {
    const car = carAt(evse, site.nominalVoltageV);
    const of = { index, evse: index, car, lines: [], claim: {}, conduct: { belowOfferA: 0, needsEdge: false } };
    return { ...of, first: 0, end: 1, needWh: Infinity };
  });
  // The least of all slots: what was set once has to fit at any time.
  const rows = physicalRows(site, { evses, slots: day.slots, otherLoad: day.otherLoad }).map((row) => ({
    ...row,
    capacityA: new Float64Array([row.capacityA.reduce((least, one) => Math.min(least, one), Infinity)]),
  }));
  const rowsOf = rowsByPlace({ sessions, rows });
  const fits = (currents: readonly number[]): boolean => {
    const room = new Room(rows, rowsOf, 0);
    for (const [place, currentA] of currents.entries()) room.take(place, currentA);
    return room.broken(1e-6) === undefined;
  };
  const most = sessions.map(({ car }) => car.maxCurrentA);
  const least = sessions.map(({ car }) => car.leastA ?? LEAST_A);
  // In tenths, from the largest socket down: whoever has a smaller one has all that it bears.
  for (let tenths = Math.max(...most) * 10; tenths > 0; tenths -= 1) {
    const currents = most.map((one, n) => Math.max(Math.min(one, tenths / 10), Math.min(one, least[n] ?? 0)));
    if (fits(currents)) return currents;
    if (currents.every((one, n) => one <= (least[n] ?? 0))) break;
  }
  const set = most.map(() => 0);
  for (const [n, leastA] of least.entries()) {
    set[n] = leastA;
    if (!fits(set)) set[n] = 0;
  }
  return set;
}
