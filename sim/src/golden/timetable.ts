/** Which part of its day is played of a golden site, and in how long. Minutes from 00:00 of its first day. */
export interface Window {
  readonly fromMin: number;
  readonly untilMin: number;
  /** Virtual time for it, if nobody says another. */
  readonly hours: number;
}

const at = (hour: number): number => hour * 60;

/**
 * A day is played faster than it is: all that its people do is so many times as fast, and their cars want as much less energy, so that powers
 * are what they are. What the platform does (leases, hand-overs, plans) takes as long as ever, and so weighs more than on a real day.
 */
const WINDOWS: ReadonlyMap<string, Window> = new Map([
  ['garage-50', { fromMin: at(14.9), untilMin: at(33.2), hours: 1.6 }],
  ['workplace-pv', { fromMin: at(6.4), untilMin: at(18.4), hours: 1.5 }],
  ['depot-buses', { fromMin: at(18.2), untilMin: at(30), hours: 1.5 }],
  // Six times as fast: the dear hours, 17 to 20, last as long as the shortest span of a tariff.
  ['depot-v2g', { fromMin: at(14.1), untilMin: at(30), hours: 2.675 }],
  ['residential', { fromMin: at(9), untilMin: at(37.5), hours: 2 }],
  // Its fullest hours: whoever stays for twenty minutes cannot come much faster.
  ['dc-hub-350', { fromMin: at(7), untilMin: at(15), hours: 4 }],
  ['delta-208', { fromMin: at(7), untilMin: at(20.2), hours: 1.5 }],
]);

export const windowOf = (name: string): Window => WINDOWS.get(name) ?? { fromMin: 0, untilMin: at(24), hours: 2 };

/** By then every station has its fallback; then the day begins. */
export const OPENS_AT_MS = 60_000;
/** So long before the end the day is over. */
const OVER_BEFORE_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_MIN = 1_440;
const HOUR_MS = 3_600_000;

/** From minutes of the day to ms since the start of the run, and back. */
export interface Timetable {
  /** So many times as fast as it is. */
  readonly speed: number;
  readonly window: Window;
  runMs(dayMin: number): number;
  dayMin(runMs: number): number;
}

/** @param hours virtual time of the whole run */
export function timetableOf(window: Window, hours: number): Timetable {
  const dayMs = hours * HOUR_MS - OPENS_AT_MS - OVER_BEFORE_MS;
  const speed = ((window.untilMin - window.fromMin) * MINUTE_MS) / dayMs;
  return {
    ...{ speed, window },
    runMs: (dayMin) => OPENS_AT_MS + ((dayMin - window.fromMin) * MINUTE_MS) / speed,
    dayMin: (runMs) => window.fromMin + ((runMs - OPENS_AT_MS) * speed) / MINUTE_MS,
  };
}

/** Of what a meter reads at each quarter of an hour, the value at a minute of any day, on a straight line from one to the next. */
export function traceAt(ampsEachQuarter: readonly number[], dayMin: number): number {
  const count = ampsEachQuarter.length;
  const place = (((dayMin % DAY_MIN) + DAY_MIN) % DAY_MIN) / (DAY_MIN / count);
  const before = Math.floor(place);
  const [a = 0, b = 0] = [ampsEachQuarter[before % count], ampsEachQuarter[(before + 1) % count]];
  return a + (b - a) * (place - before);
}
