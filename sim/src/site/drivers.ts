import type { Cancel } from '@headroom/kernel';
import { between, pick, rngFor } from '../rng.ts';
import type { Station } from '../station/station.ts';
import { generatedCar, givingCar } from './cars.ts';
import { visit, type VisitDeps } from './visit.ts';

export interface DriversConfig {
  readonly seed: string | number;
  readonly siteId: string;
  readonly stations: readonly Station[];
  /** Cards the platform knows; each is used by one car at a time. */
  readonly idTokens: readonly string[];
  /** Cars at once; default: as many as there are bays. */
  readonly mostPresent?: number;
  /** So many times as long they stay; default 1. */
  readonly stays?: number;
  /** Stations whose cars may give back. */
  readonly givesBack?: (stationId: string) => boolean;
}

export interface Drivers {
  /** Cars plugged in now. */
  present(): number;
  /** The car there leaves, and none comes any more. */
  close(station: Station): void;
  /** From now on cars may take every bay, and come as fast as at first until the site is busy. */
  crowd(): void;
  stop(): void;
}

/** At first a car a second, so that the site is busy within half a minute; then one every 10-20 s for each two dozen bays. */
const RUSH_UNTIL_BUSY = 0.8;
const RUSH_MS: readonly [number, number] = [700, 1_400];
const ARRIVAL_MS: readonly [number, number] = [10_000, 20_000];
const ARRIVAL_BAYS = 24;
const STAY_MS: readonly [number, number] = [3 * 60_000, 9 * 60_000];
const DAWDLE_MS: readonly [number, number] = [5_000, 40_000];
const TAP_MS: readonly [number, number] = [800, 2_500];

/** Cars that come and go: arrive at a free bay, plug, tap, charge, leave when done or when the driver must. */
export function startDrivers(config: DriversConfig, deps: VisitDeps): Drivers {
  const rng = rngFor(config.seed, `drivers:${config.siteId}`);
  const visits = new Map<Station, Cancel>();
  const closed = new Set<Station>();
  const freeTokens = [...config.idTokens];
  let most = config.mostPresent ?? config.stations.length;
  let rushing = true;
  let cancelNext: Cancel | undefined;

  const arrive = (): void => {
    if (visits.size >= most) return;
    const station = pick(
      rng,
      config.stations.filter((candidate) => !visits.has(candidate) && !closed.has(candidate) && candidate.isOnline()),
    );
    const idToken = station === undefined ? undefined : freeTokens.shift();
    if (station === undefined || idToken === undefined) return;
    const stayMs = between(rng, ...STAY_MS) * (config.stays ?? 1);
    const isGiving = config.givesBack?.(station.stationId) === true;
    const { car, energyKwh, ...offered } = isGiving ? givingCar(rng) : generatedCar(rng, stayMs);
    const departureAtMs = deps.clock.nowMs() + stayMs;
    const plan = {
      station,
      evse: 1,
      car,
      idToken,
      energyKwh,
      ...offered,
      departureAtMs,
      statedDepartureMs: departureAtMs,
      tapAfterMs: between(rng, ...TAP_MS),
      dawdleMs: between(rng, ...DAWDLE_MS),
    };
    visits.set(station, () => {});
    const cancel = visit(plan, deps, () => {
      visits.delete(station);
      freeTokens.push(idToken);
    });
    if (visits.has(station)) visits.set(station, cancel);
  };

  const next = (): void => {
    rushing &&= visits.size < most * RUSH_UNTIL_BUSY;
    const [low, high] = rushing ? RUSH_MS : ARRIVAL_MS;
    // A small site sees fewer cars than two dozen bays do.
    const density = ARRIVAL_BAYS / Math.max(1, config.stations.length);
    cancelNext = deps.timers.after(between(rng, low, high) * density, () => {
      arrive();
      next();
    });
  };
  next();

  return {
    present: () => visits.size,
    close(station) {
      closed.add(station);
      visits.get(station)?.();
    },
    crowd() {
      most = config.stations.length;
      rushing = true;
      cancelNext?.();
      next();
    },
    stop() {
      cancelNext?.();
      for (const leave of visits.values()) leave();
    },
  };
}
