import { err, ok, type Result } from '@headroom/kernel';
import { ID_CHARS_MAX, NAME_CHARS_MAX, PRIORITY_MAX, TARGETS_MAX, VALUES_PER_TARGET_MAX } from './bounds.ts';
import { checkTimes } from './check-times.ts';
import { type GridEvent, type IntervalPeriod, optional } from './grid-event.ts';
import { isObject, type Place, quoted, readInteger, readList, readText, type Refusal, rootPlace } from './place.ts';
import { meaningOf, type PayloadDescriptor, readDescriptors, type UnitDefaults } from './read-descriptors.ts';
import { readIntervals } from './read-intervals.ts';
import { readDuration, readInstant, readPeriod } from './read-period.ts';
import { isZero } from './times.ts';

export interface ReadOptions {
  /** There is no version in the objects or the address: it is configured (5.4). */
  readonly version: '3.0' | '3.1';
  /** Of the event's program, from `readProgram`. */
  readonly programDescriptors: readonly PayloadDescriptor[];
  readonly defaults: UnitDefaults;
}

/**
 * One event as JSON.parse gave it. Keys that we do not know are left alone; what we act on is read in full or the event is refused.
 * OpenADR 3.0.1 and 3.1.0, event.
 */
export function readEvent(json: unknown, options: ReadOptions): Result<GridEvent, Refusal> {
  const refusals: Refusal[] = [];
  const event = readFields(rootPlace(json, refusals), options);
  const [refusal] = refusals;
  if (refusal !== undefined) return err(refusal);
  return event === undefined ? err({ path: '', sentence: 'The object is no event.' }) : ok(event);
}

function readFields(place: Place, options: ReadOptions): GridEvent | undefined {
  if (!isObject(place.value)) return place.refuse(`is ${quoted(place.value)}; it must be an event`);
  const objectType = place.child('objectType');
  if (objectType !== undefined && objectType.value !== 'EVENT')
    return objectType.refuse(`is ${quoted(objectType.value)}; it must be "EVENT"`);
  const eventId = readText(place.need('id'), ID_CHARS_MAX);
  const programId = readText(place.need('programID'), ID_CHARS_MAX);
  const modifiedAtMs = readInstant(place.need('modificationDateTime'));
  const priority = readInteger(place.child('priority'), { least: 0, most: PRIORITY_MAX, of: 'a priority' });
  const period = readPeriod(place.child('intervalPeriod'));
  const duration = readDuration(place.child('duration'));
  const head = {
    ...optional('name', readText(place.child('eventName'), NAME_CHARS_MAX)),
    ...optional('priority', priority),
    targets: readTargets(place, options.version),
    ...optional('period', period),
    ...optional('duration', duration),
    ...optional('asksReport', asksReport(place)),
  };
  if (eventId === undefined || programId === undefined || modifiedAtMs === undefined) return undefined;
  const isCancelled = saysCancelled(period) || (duration !== undefined && isZero(duration));
  const intervals = isCancelled
    ? { intervals: [], ignoredTypes: [] }
    : readIntervals(place, meaningsOf(place, options));
  const event: GridEvent = { eventId, programId, modifiedAtMs, ...head, ...intervals, isCancelled };
  if (isCancelled) return event;
  if (event.period === undefined && intervals.intervals.length === 1 && saysCancelled(intervals.intervals[0]?.period))
    return { ...event, intervals: [], isCancelled: true };
  checkTimes(place, event, options.version);
  return event;
}

/** Which payloads it would like does not matter: it gets those that we have. */
const asksReport = (event: Place): true | undefined => {
  const list = event.child('reportDescriptors')?.value;
  return Array.isArray(list) && list.length > 0 ? true : undefined;
};

/** Start "now" with no duration (DR-T12). */
const saysCancelled = (period: IntervalPeriod | undefined): boolean =>
  period?.start?.kind === 'now' && period.duration !== undefined && isZero(period.duration);

function meaningsOf(place: Place, { programDescriptors, defaults }: ReadOptions) {
  const descriptors = [readDescriptors(place), programDescriptors];
  return {
    limit: meaningOf('IMPORT_CAPACITY_LIMIT', descriptors, defaults),
    price: meaningOf('PRICE', descriptors, defaults),
    carbon: meaningOf('GHG', descriptors, defaults),
  };
}

/** DR-V2: texts in 3.1, lists of texts under a type in 3.0. */
function readTargets(event: Place, version: ReadOptions['version']): readonly string[] {
  const places = readList(event.child('targets'), TARGETS_MAX);
  const texts = (place: Place | undefined): readonly string[] => {
    const text = readText(place, NAME_CHARS_MAX);
    return text === undefined ? [] : [text];
  };
  if (version === '3.1') return places.flatMap(texts);
  return places.flatMap((place) => {
    const [type] = texts(place.need('type'));
    const values = readList(place.need('values'), VALUES_PER_TARGET_MAX).flatMap(texts);
    return values.map((value) => `${type}:${value}`);
  });
}
