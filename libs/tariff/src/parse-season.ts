import { DAYS_OF_LEAP_YEAR, MINUTES_OF_DAY } from './civil.ts';
import { partsOf, type Span, unevenParts } from './coverage.ts';
import { type Fields, type Place, quoted, readList, readObject, refuseTwins } from './place.ts';
import { readMicro, readMinute, readMonthDay, readName } from './scalars.ts';
import {
  type DayRange,
  type DayType,
  type EnergyPeriod,
  MAX_PER_KWH,
  MAX_PERIODS_OF_SEASON,
  MAX_RANGES_OF_DAY,
  MAX_SEASONS,
  type Season,
} from './tariff.ts';
import { monthDayText, timeText } from './written.ts';

interface WrittenSeason {
  readonly place: Place;
  readonly season: Season;
}

/** Seasons that cover the year exactly once. A list with a problem in it gives nothing, and the problem is noted. */
export function readSeasons(place: Place | undefined): readonly Season[] | undefined {
  const places = readList(place, { least: 1, most: MAX_SEASONS, of: 'seasons' });
  const seasons = places?.flatMap((each): readonly WrittenSeason[] => {
    const season = readSeason(each);
    return season === undefined ? [] : [{ place: each, season }];
  });
  if (place === undefined || seasons === undefined || seasons.length !== places?.length) return undefined;
  refuseTwins(seasons.map(({ place, season }) => ({ place: place.at('name', season.name), name: season.name })));
  checkYear(place, seasons);
  return seasons.map(({ season }) => season);
}

export const spanOf = ({ firstMonthDay, lastMonthDay }: Season): Span => ({
  from: firstMonthDay,
  until: lastMonthDay + 1,
});

function checkYear(place: Place, seasons: readonly WrittenSeason[]): void {
  const spans = seasons.map(({ season }) => spanOf(season));
  for (const { from, until, owners } of unevenParts(spans, DAYS_OF_LEAP_YEAR)) {
    const days = `${monthDayText(from)} to ${monthDayText(until - 1)}`;
    const names = owners.map((owner) => `"${seasons[owner]?.season.name}"`).join(', ');
    if (owners.length === 0) place.refuse('season-gap', `No season has the days from ${days}.`);
    else place.refuse('season-overlap', `The seasons ${names} all have the days from ${days}.`);
  }
}

function readSeason(place: Place): Season | undefined {
  const fields = readObject(place, { required: ['name', 'firstDay', 'lastDay', 'periods', 'days'] });
  if (fields === undefined) return undefined;
  const name = readName(fields('name'));
  const firstMonthDay = readMonthDay(fields('firstDay'));
  const lastMonthDay = readMonthDay(fields('lastDay'));
  const periods = readPeriods(fields('periods'));
  const days = readDays(fields('days'), { seasonName: name ?? '', periods });
  if (name === undefined || firstMonthDay === undefined || lastMonthDay === undefined) return undefined;
  return periods === undefined || days === undefined ? undefined : { name, firstMonthDay, lastMonthDay, periods, days };
}

function readPeriods(place: Place | undefined): readonly EnergyPeriod[] | undefined {
  const places = readList(place, { least: 1, most: MAX_PERIODS_OF_SEASON, of: 'periods' });
  const periods = places?.flatMap((each) => {
    const fields = readObject(each, { required: ['name', 'perKwh'] });
    const periodName = readName(fields?.('name'));
    const microPerKwh = readMicro(fields?.('perKwh'), -MAX_PER_KWH, MAX_PER_KWH);
    return periodName === undefined || microPerKwh === undefined ? [] : [{ each, periodName, microPerKwh }];
  });
  if (periods === undefined || periods.length !== places?.length) return undefined;
  refuseTwins(periods.map(({ each, periodName }) => ({ place: each.at('name', periodName), name: periodName })));
  return periods.map(({ periodName, microPerKwh }) => ({ periodName, microPerKwh }));
}

interface DayContext {
  readonly seasonName: string;
  /** Absent where they could not be read: then no name is refused as unknown. */
  readonly periods: readonly EnergyPeriod[] | undefined;
}

/** A weekend that is not written is like a weekday, a holiday like a weekend. */
function readDays(place: Place | undefined, context: DayContext): Season['days'] | undefined {
  const fields = readObject(place, { required: ['weekday'], optional: ['weekend', 'holiday'] });
  if (fields === undefined || place === undefined) return undefined;
  const read = (dayType: DayType): readonly DayRange[] | undefined => readDay(fields, dayType, context);
  const written = { weekday: read('weekday'), weekend: read('weekend'), holiday: read('holiday') };
  const { weekday } = written;
  if (weekday === undefined) return undefined;
  const weekend = written.weekend ?? weekday;
  const days = { weekday, weekend, holiday: written.holiday ?? weekend };
  // Only where every day could be read is it known what none of them uses.
  const allRead = (['weekend', 'holiday'] as const).every((key) => !fields(key) || written[key] !== undefined);
  const used = new Set(Object.values(days).flatMap((ranges) => ranges.map(({ periodName }) => periodName)));
  for (const { periodName } of (allRead && context.periods) || []) {
    if (!used.has(periodName)) {
      place.refuse('unused-period', `Season "${context.seasonName}": no day has the period "${periodName}".`);
    }
  }
  return days;
}

type WrittenRange = Span & EnergyPeriod & { readonly place: Place };

function readDay(fields: Fields, dayType: DayType, context: DayContext): readonly DayRange[] | undefined {
  const place = fields(dayType);
  const places = readList(place, { least: 1, most: MAX_RANGES_OF_DAY, of: 'ranges' });
  const ranges = places?.flatMap((each) => readRange(each, context) ?? []);
  if (place === undefined || ranges === undefined || ranges.length !== places?.length) return undefined;
  const uneven = unevenParts(ranges, MINUTES_OF_DAY);
  for (const { from, until, owners } of uneven) {
    const where = `Season "${context.seasonName}", ${dayType}: from ${timeText(from)} to ${timeText(until)}`;
    const last = ranges[owners.at(-1) ?? -1];
    if (last === undefined) place.refuse('day-gap', `${where} there is no price.`);
    else last.place.refuse('day-overlap', `${where} there are ${owners.length} prices.`);
  }
  return uneven.length > 0 ? undefined : joined(ranges);
}

function readRange(place: Place, { periods }: DayContext): WrittenRange | undefined {
  const fields = readObject(place, { required: ['from', 'to', 'period'] });
  const from = readMinute(fields?.('from'));
  const until = readMinute(fields?.('to'));
  const named = fields?.('period');
  const name = readName(named);
  if (from === undefined || until === undefined || name === undefined) return undefined;
  if (from === until || from === MINUTES_OF_DAY) {
    return place.refuse('bad-time', 'This range is empty; a whole day is "00:00" to "24:00".');
  }
  const unpriced = { periodName: name, microPerKwh: 0 };
  const period = periods === undefined ? unpriced : periods.find(({ periodName }) => periodName === name);
  if (period !== undefined) return { ...period, place, from, until };
  return named?.refuse('unknown-period', `The periods of this season have no ${quoted(name)}.`);
}

/** In the order of the day, wrapped ranges cut at midnight, neighbours of one price made one. */
function joined(ranges: readonly WrittenRange[]): readonly DayRange[] {
  const parts = ranges
    .flatMap(({ periodName, microPerKwh, ...span }) =>
      partsOf(span, MINUTES_OF_DAY).map(({ from, until }) => ({
        periodName,
        microPerKwh,
        fromMinute: from,
        untilMinute: until,
      })),
    )
    .toSorted((a, b) => a.fromMinute - b.fromMinute);
  return parts.reduce<DayRange[]>((day, part) => {
    const before = day.at(-1);
    if (before?.periodName === part.periodName) day[day.length - 1] = { ...before, untilMinute: part.untilMinute };
    else day.push(part);
    return day;
  }, []);
}
