import type { Timers } from '@headroom/kernel';
import { rngFor } from '../rng.ts';
import type { Station } from '../station/station.ts';
import { reactionOf } from './cars.ts';

export interface ParkDeps {
  readonly stations: readonly Station[];
  /** One for each of them. */
  readonly cards: readonly string[];
  readonly timers: Timers;
  readonly seed: string | number;
}

/** So large that it is not fuller for an hour. */
const BATTERY_WH = 5_000_000;
const TAP_MS = 1_000;
const TAP_AGAIN_MS = 8_000;
const TAPS_MAX = 10;

/** A car at each bay that stays, and takes the same for ever: one in three on one phase. */
export function parkForGood({ stations, cards, timers, seed }: ParkDeps): void {
  for (const [place, station] of stations.entries()) {
    const rng = rngFor(seed, `parks at ${station.stationId}`);
    const phases = rng.next() < 1 / 3 ? 1 : 3;
    station.plug(1, { ...reactionOf(rng), batteryWh: BATTERY_WH, socAtArrival: 0.2, maxA: 32, phases });
    const tap = (tries: number): void =>
      void station.tap(1, cards[place] ?? '').then((outcome) => {
        if (outcome !== 'started' && tries < TAPS_MAX) timers.after(TAP_AGAIN_MS, () => tap(tries + 1));
      });
    timers.after(TAP_MS * (place + 1), () => tap(1));
  }
}
