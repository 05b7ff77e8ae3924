import { INTERVALS_MAX, PAYLOADS_PER_INTERVAL_MAX, VALUES_PER_EVENT_MAX } from './bounds.ts';
import { type EventInterval, type Payload, valuesIn } from './grid-event.ts';
import { isObject, type Place, quoted, readInteger, readList } from './place.ts';
import { type Meanings, readPayload } from './read-payload.ts';
import { readPeriod } from './read-period.ts';

export interface ReadIntervals {
  readonly intervals: readonly EventInterval[];
  readonly ignoredTypes: readonly string[];
}

export function readIntervals(event: Place, meanings: Meanings): ReadIntervals {
  const ignored = new Set<string>();
  const list = event.child('intervals');
  const intervals: EventInterval[] = [];
  let values = 0;
  for (const place of readList(list, INTERVALS_MAX)) {
    const interval = readInterval(place, meanings, ignored);
    // The first refusal is the answer; a hostile object is not read to its end.
    if (interval === undefined) break;
    for (const payload of interval.payloads) values += valuesIn(payload);
    if (values > VALUES_PER_EVENT_MAX) {
      list?.refuse(`has more than ${VALUES_PER_EVENT_MAX} values`);
      break;
    }
    intervals.push(interval);
  }
  return { intervals, ignoredTypes: [...ignored].toSorted() };
}

function readInterval(place: Place, meanings: Meanings, ignored: Set<string>): EventInterval | undefined {
  if (!isObject(place.value)) return place.refuse(`is ${quoted(place.value)}; it must be an object`);
  const bounds = { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, of: 'an id of an interval' };
  const id = readInteger(place.need('id'), bounds);
  const periodPlace = place.child('intervalPeriod');
  const period = readPeriod(periodPlace);
  const payloadsPlace = place.need('payloads');
  const payloads: Payload[] = [];
  for (const each of readList(payloadsPlace, PAYLOADS_PER_INTERVAL_MAX)) {
    const payload = readPayload(each, meanings);
    if (payload === undefined) return undefined;
    if (typeof payload === 'string') ignored.add(payload);
    else if (payloads.some(({ kind }) => kind === payload.kind))
      return each.refuse(`is the second ${payload.kind} of one interval`);
    else payloads.push(payload);
  }
  if (id === undefined || payloadsPlace === undefined || (periodPlace !== undefined && period === undefined))
    return undefined;
  return { id, period: period ?? {}, payloads };
}
