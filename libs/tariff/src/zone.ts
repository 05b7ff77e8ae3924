import { type EpochMs, invariant } from '@headroom/kernel';
import { boundedCache } from './bounded-cache.ts';
import { civilDate, DAY_MS, dayNumber } from './civil.ts';

/** A time during which the clocks of a zone stand `offsetMs` ahead of UTC. Half-open; its neighbours may be alike. */
export interface Stretch {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly offsetMs: number;
}

/** Formatters of Intl are large; one process knows few zones. */
const MAX_CACHED_ZONES = 64;
/** Years of a zone, about 0.5 ms of work each: a century of ten zones. */
const MAX_CACHED_ZONE_YEARS = 1_024;
/**
 * Between two looks at a zone's offset. It must lie below the shortest time between two changes of one zone, or both
 * could be missed. From 2000 on that is 167 h (Brazil in October 2000, Gaza in 2054): see docs/adr/0025.
 */
const STEP_MS = 3 * DAY_MS;
/** Changes happen at whole seconds. */
const FINEST_MS = 1_000;
const MAX_ZONE_NAME = 60;

const formatterOf = boundedCache(
  MAX_CACHED_ZONES,
  (zone: string) => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' }),
);

/** Whether Intl knows a zone of this name. An offset such as `+02:00` is no zone: it has no summer time. */
export function isTimeZone(name: string): boolean {
  if (name.length > MAX_ZONE_NAME || !/^[A-Za-z]/.test(name)) return false;
  try {
    return formatterOf(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function offsetMsAt(zone: string, ms: EpochMs): number {
  // "2026, GMT+05:45", "2026, GMT" where the offset is 0; before 1972 some have seconds.
  const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatterOf(zone).format(ms));
  invariant(found !== null, `Intl gives no offset for ${zone}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
  const size = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -size : size;
}

/** The first instant in (`fromMs`, `untilMs`] with another offset than at `fromMs`; there is exactly one change in it. */
function changeWithin(zone: string, fromMs: EpochMs, untilMs: EpochMs): EpochMs {
  const before = offsetMsAt(zone, fromMs);
  let low = fromMs;
  let high = untilMs;
  while (high - low > FINEST_MS) {
    const middle = low + Math.floor((high - low) / 2 / FINEST_MS) * FINEST_MS;
    if (offsetMsAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The stretches of one year, counted in UTC. Key: the year, a space, the zone. */
const stretchesOf = boundedCache(MAX_CACHED_ZONE_YEARS, (key: string): readonly Stretch[] => {
  const year = Number(key.slice(0, key.indexOf(' ')));
  const zone = key.slice(key.indexOf(' ') + 1);
  const startMs = dayNumber({ year, month: 1, day: 1 }) * DAY_MS;
  const endMs = dayNumber({ year: year + 1, month: 1, day: 1 }) * DAY_MS;
  const lastMs = endMs - FINEST_MS;
  const stretches: Stretch[] = [];
  let fromMs = startMs;
  let offsetMs = offsetMsAt(zone, startMs);
  for (let at = startMs; at < lastMs; at += STEP_MS) {
    const nextMs = Math.min(at + STEP_MS, lastMs);
    const nextOffsetMs = offsetMsAt(zone, nextMs);
    if (nextOffsetMs === offsetMs) continue;
    const changeMs = changeWithin(zone, at, nextMs);
    stretches.push({ fromMs, untilMs: changeMs, offsetMs });
    fromMs = changeMs;
    offsetMs = nextOffsetMs;
  }
  return [...stretches, { fromMs, untilMs: endMs, offsetMs }];
});

export function stretchAt(zone: string, ms: EpochMs): Stretch {
  const { year } = civilDate(Math.floor(ms / DAY_MS));
  const stretch = stretchesOf(`${year} ${zone}`).find(({ untilMs }) => ms < untilMs);
  invariant(stretch !== undefined, `no offset of ${zone} at ${ms}`);
  return stretch;
}

/**
 * The first instant at which the date of the zone is `day` or later (days since 1970-01-01). Midnight need not exist: where
 * clocks go forward over it, a day begins at 01:00.
 */
export function startOfDay(zone: string, day: number): EpochMs {
  // No zone is a day ahead of UTC: one day earlier it is not yet `day` anywhere.
  let stretch = stretchAt(zone, (day - 1) * DAY_MS);
  for (;;) {
    const startMs = Math.max(stretch.fromMs, day * DAY_MS - stretch.offsetMs);
    if (startMs < stretch.untilMs) return startMs;
    stretch = stretchAt(zone, stretch.untilMs);
  }
}
