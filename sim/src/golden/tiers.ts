import type { GoldenSession } from './golden-day.ts';
import type { GoldenCar } from './golden-visits.ts';
import type { BayNow } from './bay-now.ts';

export interface TierVerdict {
  readonly tier: number;
  readonly sessions: number;
  readonly ready: number;
  readonly missingKwh: number;
  /**
   * Seconds of the run in which one of its cars wanted more than it was offered, while one of a later tier on the same conductor of the grid had
   * more than the least that a car takes: a floor is everybody's, and no more than that comes before the wishes of an earlier tier.
   */
  readonly passedOverS: number;
  /** The longest of these times. */
  readonly longestS: number;
}

interface Tally {
  sessions: number;
  ready: number;
  missingKwh: number;
  passedOverMs: number;
  longestMs: number;
}

/** Above what it has. */
const WANTS_MORE_A = 1;
const LEAST_A = 6;

/** Whether the tiers of a site are served one after the other (ADR 36), by what its stations offer. */
export function createTiers(of: {
  readonly tierOf: (session: GoldenSession) => number | undefined;
  readonly phasesOf: (session: GoldenSession) => readonly string[];
}) {
  const tallies = new Map<number, Tally>();
  const since = new Map<GoldenCar, number>();
  let lastMs: number | undefined;
  const tallyOf = (tier: number): Tally => {
    const tally = tallies.get(tier) ?? { sessions: 0, ready: 0, missingKwh: 0, passedOverMs: 0, longestMs: 0 };
    tallies.set(tier, tally);
    return tally;
  };
  /** Of each phase the last tier of which a car there has more than the least. */
  const lastServed = (nows: ReadonlyMap<GoldenCar, BayNow>): ReadonlyMap<string, number> => {
    const served = new Map<string, number>();
    for (const [{ session }, { flowA }] of nows)
      for (const phase of flowA > LEAST_A + WANTS_MORE_A ? of.phasesOf(session) : [])
        served.set(phase, Math.max(served.get(phase) ?? 0, of.tierOf(session) ?? 1));
    return served;
  };
  return {
    left({ session }: GoldenCar, missingKwh: number, readyWithinKwh: number): void {
      const tally = tallyOf(of.tierOf(session) ?? 1);
      tally.sessions += 1;
      tally.missingKwh += missingKwh;
      if (missingKwh <= readyWithinKwh) tally.ready += 1;
    },
    look(nowMs: number, nows: ReadonlyMap<GoldenCar, BayNow>): void {
      const passedMs = nowMs - (lastMs ?? nowMs);
      lastMs = nowMs;
      const served = lastServed(nows);
      for (const [car, { wantsA, offeredA }] of nows) {
        const tier = of.tierOf(car.session) ?? 1;
        const isPassedOver =
          wantsA > offeredA + WANTS_MORE_A && of.phasesOf(car.session).some((phase) => (served.get(phase) ?? 0) > tier);
        if (!isPassedOver) {
          since.delete(car);
          continue;
        }
        const tally = tallyOf(tier);
        tally.passedOverMs += passedMs;
        const sinceMs = since.get(car) ?? nowMs;
        since.set(car, sinceMs);
        tally.longestMs = Math.max(tally.longestMs, nowMs - sinceMs);
      }
    },
    conclude(): readonly TierVerdict[] {
      if (tallies.size < 2) return [];
      return [...tallies]
        .toSorted(([a], [b]) => a - b)
        .map(([tier, { passedOverMs, longestMs, ...tally }]) => ({
          ...{ tier, ...tally, passedOverS: passedOverMs / 1_000, longestS: longestMs / 1_000 },
        }));
    },
  };
}
