import { eventually } from '../../support/eventually.ts';
import { during, type Look, usedShare } from './judge.ts';
import { beginCharging, type LossSite } from './site.ts';

/** Levels of the building between which the tests move it: the difference is within what its site declares. */
export const LOW_A = 20;
export const HIGH_A = 45;

/** Room for stations on a phase of the grid connection, while the building draws `buildingA` (allocation.md 7.2b). */
export function roomA({ order }: LossSite, buildingA: number): number {
  const horizonA = order.risesA === undefined ? order.worstA : Math.min(order.worstA, buildingA + order.risesA);
  return order.ratingA - horizonA;
}

/** Waits until the stations use what they may. */
export const whenFull = (site: LossSite, withinMs: number, share = 0.95): Promise<true> =>
  eventually(`${share * 100} % of the room used`, withinMs, () => {
    const looks = during(site.judge, Date.now() - 1_000, Date.now());
    const room = roomA(site, site.buildingA());
    if (looks.length > 0 && usedShare(looks, room) >= share) return true;
    const { drawnA = 0, heldA = 0 } = looks.at(-1) ?? {};
    const online = site.benches.filter(({ station }) => station.isOnline()).length;
    throw new Error(
      `${drawnA.toFixed(1)} A drawn and ${heldA.toFixed(1)} A held of ${room} A, ${online} of ${site.benches.length} stations there`,
    );
  });

/**
 * Moves the building, and waits for the first command of another limit than its station had. It proves that control is back
 * only where nothing could be commanded before: of a part without which the others go on, ask `takesAway`.
 */
export async function controlAnswers(site: LossSite, sinceMs: number, withinMs: number): Promise<number> {
  const levels: readonly number[] = [LOW_A, HIGH_A];
  const before = new Map(site.benches.map(({ station }) => [station.stationId, lastLease(site, station.stationId)]));
  site.building(levels[site.buildingA() === LOW_A ? 1 : 0] ?? LOW_A);
  const movedAtMs = Date.now();
  return eventually(
    'a command that answers the building',
    withinMs - (movedAtMs - sinceMs),
    () => {
      const answer = site.tap
        .commands()
        .find(
          ({ atMs, stationId, limitDeciA, purpose }) =>
            purpose === 'lease' && atMs >= movedAtMs && limitDeciA !== before.get(stationId),
        );
      return answer === undefined ? undefined : answer.atMs - sinceMs;
    },
    20,
  );
}

/** More than rounding: it must have been taken away on purpose. */
const TAKEN_A = 4;
/** Rounding of a station's own arithmetic. */
const GIVEN_A = 0.5;

const newest = (site: LossSite): Look | undefined => site.judge.looks().at(-1);

/**
 * Readies the site for `takesAway`: nobody comes or goes (the caller sees to that), everybody charges, the building is low and
 * believed to be, so that more is handed out than a high building leaves room for.
 */
export async function whenGenerous(site: LossSite, withinMs: number): Promise<void> {
  site.building(LOW_A);
  // Whom a loss before this one has left without a car that charges.
  const idle = site.benches.filter(({ station }) => station.bay(1)?.transaction === undefined);
  await Promise.all(idle.map(beginCharging));
  await eventually('a full site with something to take away', withinMs, () => {
    const isCharging = site.benches.every(({ station }) => station.isOnline() && station.bay(1)?.transaction);
    return isCharging && (newest(site)?.heldA ?? 0) > roomA(site, HIGH_A) + TAKEN_A ? true : undefined;
  });
}

/** Stations obey more than a high building leaves room for. */
export const holdsTooMuch = (site: LossSite): boolean => (newest(site)?.heldA ?? 0) > roomA(site, HIGH_A);

/**
 * Raises the building, and waits until the stations obey no more than it leaves: what they obey only falls because somebody
 * decided and commanded, on the meter's word or because it said none for 5 s. Resolves with the ms since `sinceMs`.
 */
export async function takesAway(site: LossSite, sinceMs: number, withinMs: number): Promise<number> {
  if (!holdsTooMuch(site)) throw new Error(`nothing to take away: ${newest(site)?.heldA} A are held`);
  site.building(HIGH_A);
  return hasTaken(site, sinceMs, withinMs - (Date.now() - sinceMs));
}

/** The same where the building is high already. Lowers it. */
export async function hasTaken(site: LossSite, sinceMs: number, withinMs: number): Promise<number> {
  const look = await eventually(
    'less is handed out because the building takes more',
    withinMs,
    () => (holdsTooMuch(site) ? undefined : newest(site)),
    20,
  );
  site.building(LOW_A);
  return look.atMs - sinceMs;
}

/**
 * Waits until the platform, which has no reading of the building any more, counts with its worst case: nobody obeys more than
 * that leaves room for.
 */
export const whenAtWorst = (site: LossSite, withinMs: number): Promise<true> =>
  eventually('the building counts with its worst case', withinMs, () =>
    (newest(site)?.heldA ?? 0) <= roomA(site, site.order.worstA) ? true : undefined,
  );

/**
 * After `whenAtWorst`: waits until stations obey more than the worst case leaves room for. Somebody has read the meter again,
 * decided, and commanded. Resolves with the ms since `sinceMs`.
 */
export async function givesAgain(site: LossSite, sinceMs: number, withinMs: number): Promise<number> {
  const look = await eventually(
    'more is handed out because the building is read again',
    withinMs - (Date.now() - sinceMs),
    () => {
      const now = newest(site);
      return now !== undefined && now.heldA > roomA(site, site.order.worstA) + GIVEN_A ? now : undefined;
    },
    20,
  );
  return look.atMs - sinceMs;
}

const lastLease = (site: LossSite, stationId: string): number | undefined =>
  site.tap.commands().findLast((command) => command.stationId === stationId && command.purpose === 'lease')?.limitDeciA;
