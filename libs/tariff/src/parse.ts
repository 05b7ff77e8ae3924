import { err, ok, type Result } from '@headroom/kernel';
import { DAYS_OF_LEAP_YEAR } from './civil.ts';
import { partsOf } from './coverage.ts';
import { readSeasons, spanOf } from './parse-season.ts';
import { type Fields, type Place, quoted, readList, readObject, refuseTwins, rootPlace } from './place.ts';
import type { TariffProblem } from './problem.ts';
import { readCurrency, readDay, readDisplayName, readId, readMicro, readName, readWord, readZone } from './scalars.ts';
import {
  type DemandCharge,
  EARLIEST_MS,
  LATEST_MS,
  MAX_DEMAND_CHARGES,
  MAX_HOLIDAYS,
  MAX_PER_KW,
  MAX_PERIODS_OF_SEASON,
  MAX_SEASONS,
  type Season,
  type Tariff,
} from './tariff.ts';
import { startOfDay } from './zone.ts';

const API_VERSION = 'headroom/v1';
const KIND = 'Tariff';

/**
 * A tariff from its document, as JSON or YAML has given it (docs/tariffs.md), or all that is wrong with it, each with
 * the place in the document. The shape is checked first; what depends on a part that could not be read is left unchecked.
 */
export function parseTariff(document: unknown): Result<Tariff, readonly TariffProblem[]> {
  const problems: TariffProblem[] = [];
  const tariff = readTariff(rootPlace(document, problems));
  return tariff === undefined || problems.length > 0 ? err(problems) : ok(tariff);
}

function readTariff(root: Place): Tariff | undefined {
  const top = readObject(root, { required: ['apiVersion', 'kind', 'metadata', 'spec'] });
  readWord(top?.('apiVersion'), API_VERSION);
  readWord(top?.('kind'), KIND);
  const name = readId(readObject(top?.('metadata'), { required: ['name'] })?.('name'));
  const spec = readObject(top?.('spec'), {
    required: ['currency', 'timezone', 'seasons'],
    optional: ['displayName', 'validFrom', 'validTo', 'holidays', 'demandCharges'],
  });
  if (spec === undefined) return undefined;
  const displayName = readDisplayName(spec('displayName'));
  const currency = readCurrency(spec('currency'));
  const timezone = readZone(spec('timezone'));
  const days = readValidity(spec);
  const holidays = readHolidays(spec('holidays'));
  const seasons = readSeasons(spec('seasons'));
  const demandCharges = readDemandCharges(spec('demandCharges'), seasons);
  if (name === undefined || currency === undefined || timezone === undefined || seasons === undefined) return undefined;
  return {
    name,
    displayName: displayName ?? name,
    currency,
    timezone,
    ...days,
    validFromMs: days.validFromDay === undefined ? EARLIEST_MS : clamped(startOfDay(timezone, days.validFromDay)),
    validUntilMs: days.validToDay === undefined ? LATEST_MS : clamped(startOfDay(timezone, days.validToDay + 1)),
    holidays,
    seasons,
    seasonOfMonthDay: seasonOfMonthDay(seasons),
    demandCharges,
    isFlat: isFlat(seasons),
  };
}

const clamped = (ms: number): number => Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS);

function readValidity(spec: Fields): Pick<Tariff, 'validFromDay' | 'validToDay'> {
  const last = spec('validTo');
  const validFromDay = readDay(spec('validFrom'));
  const validToDay = readDay(last);
  if (validFromDay !== undefined && validToDay !== undefined && validToDay < validFromDay) {
    last?.refuse('bad-validity', 'The last day lies before the first.');
  }
  return {
    ...(validFromDay === undefined ? {} : { validFromDay }),
    ...(validToDay === undefined ? {} : { validToDay }),
  };
}

function readHolidays(place: Place | undefined): ReadonlySet<number> {
  const places = readList(place, { least: 0, most: MAX_HOLIDAYS, of: 'holidays' }) ?? [];
  const days = places.flatMap((each) => {
    const day = readDay(each);
    return day === undefined ? [] : [{ place: each, name: day }];
  });
  refuseTwins(days);
  return new Set(days.map(({ name }) => name).toSorted((a, b) => a - b));
}

function seasonOfMonthDay(seasons: readonly Season[]): readonly number[] {
  const table = Array.from({ length: DAYS_OF_LEAP_YEAR }, () => 0);
  for (const [index, season] of seasons.entries()) {
    for (const { from, until } of partsOf(spanOf(season), DAYS_OF_LEAP_YEAR)) table.fill(index, from, until);
  }
  return table;
}

function isFlat(seasons: readonly Season[]): boolean {
  const [first] = seasons[0]?.periods ?? [];
  return seasons.every(({ periods }) =>
    periods.every((each) => each.periodName === first?.periodName && each.microPerKwh === first.microPerKwh),
  );
}

function readDemandCharges(place: Place | undefined, seasons?: readonly Season[]): readonly DemandCharge[] {
  const places = readList(place, { least: 0, most: MAX_DEMAND_CHARGES, of: 'demand charges' }) ?? [];
  const charges = places.flatMap((each) => {
    const charge = readDemandCharge(each, seasons);
    return charge === undefined ? [] : [{ each, charge }];
  });
  refuseTwins(charges.map(({ each, charge }) => ({ place: each.at('name', charge.name), name: charge.name })));
  return charges.map(({ charge }) => charge);
}

function readDemandCharge(place: Place, known?: readonly Season[]): DemandCharge | undefined {
  const fields = readObject(place, { required: ['name', 'perKw'], optional: ['periods', 'seasons'] });
  const name = readName(fields?.('name'));
  const microPerKw = readMicro(fields?.('perKw'), 0, MAX_PER_KW);
  const listedSeasons = readNames(fields?.('seasons'), { most: MAX_SEASONS, of: 'seasons' });
  const listedPeriods = readNames(fields?.('periods'), { most: MAX_PERIODS_OF_SEASON, of: 'periods' });
  if (known !== undefined) {
    const names = new Set(known.map((season) => season.name));
    for (const { place, name } of listedSeasons ?? []) {
      if (!names.has(name)) place.refuse('unknown-season', `There is no season ${quoted(name)}.`);
    }
    const chosen = listedSeasons?.map((each) => each.name);
    const inSeason = known.filter((season) => chosen === undefined || chosen.includes(season.name));
    const periods = new Set(inSeason.flatMap((season) => season.periods.map(({ periodName }) => periodName)));
    for (const { place, name } of listedPeriods ?? []) {
      if (!periods.has(name)) place.refuse('unknown-period', `No season of this charge has a period ${quoted(name)}.`);
    }
  }
  if (name === undefined || microPerKw === undefined) return undefined;
  const seasons = listedSeasons?.map((each) => each.name) ?? known?.map((season) => season.name) ?? [];
  const charge = { name, microPerKw, seasons };
  return listedPeriods === undefined
    ? { kind: 'month-peak', ...charge }
    : { kind: 'period-peak', ...charge, periods: listedPeriods.map((each) => each.name) };
}

interface ListedName {
  readonly place: Place;
  readonly name: string;
}

function readNames(place: Place | undefined, bounds: { most: number; of: string }): readonly ListedName[] | undefined {
  const places = readList(place, { least: 1, ...bounds });
  const names = places?.flatMap((each): readonly ListedName[] => {
    const name = readName(each);
    return name === undefined ? [] : [{ place: each, name }];
  });
  if (names !== undefined) refuseTwins(names);
  return names;
}
