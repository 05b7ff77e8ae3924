import { instantAt, isObject, type Json, listAt, objectAt, textAt } from '../json.ts';
import { after } from './duration.ts';

/** Both spellings of the beginning of time, with and without a zone (DR-T4). */
const NOW = /^0001-01-01(?:T00:00:00(?:\.0+)?Z?)?$/;

interface Period {
  /** Undefined: none of its own. */
  readonly start: number | 'now' | undefined;
  readonly duration: string | undefined;
}

function periodOf(from: Json): Period {
  const period = objectAt(from, 'intervalPeriod') ?? {};
  const text = textAt(period, 'start');
  const start = text !== undefined && NOW.test(text) ? 'now' : instantAt(period, 'start');
  return { start, duration: textAt(period, 'duration') };
}

/**
 * The instant at which an event is over, epoch ms; `Infinity`: never. What we do not understand is never over: a VTN hides nothing that it
 * cannot read. `createdMs` stands for "now" (DR-T4). A random start may be later by its range, which we leave out: `active` is a filter of
 * a listing and no promise.
 */
export function eventEndMs(event: Json, createdMs: number): number {
  const own = periodOf(event);
  const startMs = own.start === 'now' ? createdMs : own.start;
  const whole = textAt(event, 'duration') ?? (listAt(event, 'intervals') === undefined ? own.duration : undefined);
  // event.duration cuts the intervals off, or repeats them (DR-T8): either way it says the end.
  if (whole !== undefined) return after(startMs ?? createdMs, whole) ?? Number.POSITIVE_INFINITY;
  let cursorMs = startMs;
  let endMs: number | undefined;
  for (const interval of listAt(event, 'intervals') ?? []) {
    const period = periodOf(isObject(interval) ? interval : {});
    if (period.start === 'now') cursorMs ??= createdMs;
    else if (period.start !== undefined) cursorMs = period.start;
    const duration = period.duration ?? own.duration;
    if (cursorMs === undefined || duration === undefined) return Number.POSITIVE_INFINITY;
    cursorMs = after(cursorMs, duration);
    if (cursorMs === undefined) return Number.POSITIVE_INFINITY;
    endMs = Math.max(endMs ?? cursorMs, cursorMs);
  }
  return endMs ?? Number.POSITIVE_INFINITY;
}
