import { DURATION_MAX_MS, RANDOMIZE_START_MAX_MS, TIME_CHARS_MAX } from './bounds.ts';
import { DAY_MS } from './calendar.ts';
import { type IntervalPeriod, optional } from './grid-event.ts';
import { isObject, type Place, quoted, readText } from './place.ts';
import { type Duration, durationOf, instantOf, type Start, startOf } from './times.ts';

/** `intervalPeriod` of an event or an interval; absent where there is none. */
export function readPeriod(place: Place | undefined): IntervalPeriod | undefined {
  if (place === undefined) return undefined;
  if (!isObject(place.value)) return place.refuse(`is ${quoted(place.value)}; it must be an object`);
  return {
    ...optional('start', readStart(place.child('start'))),
    ...optional('duration', readDuration(place.child('duration'))),
    ...optional('randomizeStartMs', readRandomizeStart(place.child('randomizeStart'))),
  };
}

const readStart = (place: Place | undefined): Start | undefined => readTime(place, startOf);

export const readInstant = (place: Place | undefined): number | undefined => readTime(place, instantOf);

function readTime<Time>(place: Place | undefined, timeOf: (text: string) => Time | undefined): Time | undefined {
  const text = readText(place, TIME_CHARS_MAX);
  if (text === undefined) return undefined;
  const expected = 'it must be an instant of RFC 3339 from 2000 to 2199, with its zone';
  return timeOf(text) ?? place?.refuse(`is ${quoted(text)}; ${expected}`);
}

export function readDuration(place: Place | undefined): Duration | undefined {
  const text = readText(place, TIME_CHARS_MAX);
  if (text === undefined) return undefined;
  const duration = durationOf(text);
  if (duration === undefined)
    return place?.refuse(`is ${quoted(text)}; it must be a duration of ISO 8601, such as PT1H`);
  if (duration === 'below-zero') return place?.refuse(`is ${quoted(text)}; an end must not be before its start`);
  if (duration.kind === 'span' && duration.months * 31 * DAY_MS + duration.ms > DURATION_MAX_MS)
    return place?.refuse(`is ${quoted(text)}; it must be at most ten years, or P9999Y for no end`);
  return duration;
}

function readRandomizeStart(place: Place | undefined): number | undefined {
  const duration = readDuration(place);
  if (duration === undefined) return undefined;
  if (duration.kind === 'for-ever' || duration.months > 0 || duration.ms > RANDOMIZE_START_MAX_MS)
    return place?.refuse(`is ${quoted(place.value)}; it must be at most a day`);
  return duration.ms;
}
