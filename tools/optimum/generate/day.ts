import { type Dice, diceOf } from './dice.ts';
import { depotVisits } from './depot.ts';
import { hubVisits } from './hub.ts';
import { residentialVisits } from './residential.ts';
import { claimOf, conductOf, type Day, type DayKind, type DaySession, powerKw, type Visit } from './session.ts';
import { workplaceVisits } from './workplace.ts';

export const DAY_KINDS: readonly DayKind[] = ['workplace', 'depot', 'residential', 'hub'];

/** EVSEs of a day where nothing else is asked for (BG12 to BG15). */
export const EVSES: Readonly<Record<DayKind, number>> = { workplace: 40, depot: 30, residential: 60, hub: 12 };

const VISITS: Readonly<Record<DayKind, (dice: Dice, evses: number) => readonly Visit[]>> = {
  workplace: workplaceVisits,
  depot: depotVisits,
  residential: residentialVisits,
  hub: hubVisits,
};

/** A synthetic day, the same one for the same arguments (BG1). */
export function day(kind: DayKind, seed: number, evses: number = EVSES[kind]): Day {
  const dice = diceOf(seed);
  const visits = VISITS[kind](dice, evses).toSorted((a, b) => a.arriveMin - b.arriveMin);
  const freeFromMin = Array.from({ length: evses }, () => 0);
  const sessions: DaySession[] = [];
  let turnedAway = 0;
  for (const visit of visits) {
    const evse = visit.ownEvse ?? freeEvse(dice, freeFromMin, visit.arriveMin);
    if (evse === undefined) {
      turnedAway += 1;
      continue;
    }
    freeFromMin[evse] = visit.departMin;
    const { ownEvse: _, ...stay } = visit;
    const index = sessions.length;
    sessions.push({ ...stay, index, evse, claim: claimOf(dice, stay), conduct: conductOf(dice) });
  }
  return { kind, seed, evses, sessions, turnedAway };
}

/** A random one of those that are free (BG2). */
function freeEvse(dice: Dice, freeFromMin: readonly number[], atMin: number): number | undefined {
  const free = freeFromMin.flatMap((fromMin, evse) => (fromMin <= atMin ? [evse] : []));
  return free[dice.index(free.length)];
}

/** What a car could be given in its stay with no limit but its own. */
export const feasibleKwh = (session: Omit<Visit, 'ownEvse'>): number =>
  Math.min(session.energyKwh, (powerKw(session.car) * (session.departMin - session.arriveMin)) / 60);
