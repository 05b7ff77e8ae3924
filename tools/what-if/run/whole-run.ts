import { epochMs, err, ok, type Result } from '@headroom/kernel';
import type { Planner } from '@headroom/allocation-optimizer';
import type { Solver } from '@headroom/linear-program/highs';
import type { SiteModel } from '@headroom/site-model';
import { priceAt, type Tariff } from '@headroom/tariff';
import type { RecordedSession } from '../history/read-sessions.ts';
import { grow, GROWTHS } from '../history/grow.ts';
import { type Stay, staysAt } from '../history/stays.ts';
import type { ValueAt } from '../money/series.ts';
import type { Grown, OfLimit, Report } from '../report.ts';
import { CANDIDATES, type Candidate, compareOnSite, FEW_CANDIDATES, yardsticksOf } from './compare-on-site.ts';
import { plannedResults } from './planned-results.ts';
import type { Money } from './result.ts';
import { replayDay } from './replay-day.ts';

export interface Asked {
  readonly sessions: readonly RecordedSession[];
  readonly skippedLines: number;
  /** The site with a limit of its grid connection, or why there is none; undefined: as its document has it. */
  readonly siteAt: (
    limitKw: number | undefined,
  ) => Result<{ readonly model: SiteModel; readonly withoutFallbacks: boolean }, string>;
  /** Empty: as the site has it. */
  readonly limitsKw: readonly number[];
  readonly days: number;
  readonly maxA: number | undefined;
  readonly tariff: Tariff | undefined;
  readonly carbonAt: ValueAt | undefined;
  /** What a kWh in a car brings, in the currency of the tariff. */
  readonly valuePerKwh: number;
  /** `YYYY-MM`: the month that was looked at while tuning. */
  readonly tunedMonth: string | undefined;
  readonly growth: boolean;
  /** Opens the thread in which plans are made. Absent: nothing is planned. */
  readonly openPlanner?: (() => Planner) | undefined;
}

/** Plays a history on a site under each limit. `say`: what is being done. */
export async function wholeRun(
  solver: Solver,
  asked: Asked,
  say: (line: string) => void,
): Promise<Result<Report, string>> {
  const limits = asked.limitsKw.length === 0 ? [undefined] : asked.limitsKw;
  const sites = limits.map((limitKw) => ({ limitKw, site: asked.siteAt(limitKw) }));
  const built = sites.flatMap(({ limitKw, site }) => (site.kind === 'ok' ? [{ limitKw, ...site.value }] : []));
  const refused = sites.find(({ site }) => site.kind === 'err');
  if (refused?.site.kind === 'err')
    return err(
      `at ${refused.limitKw === undefined ? 'its own limit' : limitWords(refused.limitKw)}: ${refused.site.error}`,
    );
  const [first] = built;
  if (first === undefined) return err('there is no limit to play');
  const evses = [...first.model.evses.values()];
  const read = staysAt(evses, asked.sessions);
  if (read.kind === 'refused') return err(read.why);
  const stays = firstDays(read.stays, asked.days, first.model.timezone);
  if (stays.length === 0) return err('no session is left: all of them are too short or too small');
  const elsewhere = otherTimes(stays, asked);
  if (elsewhere !== undefined) return err(elsewhere);
  const trouble = planTrouble(first.model, asked);
  if (trouble !== undefined) return err(trouble);
  const money = moneyOf(asked);
  const play = async (of: readonly Stay[], candidates: readonly Candidate[], isPlanned = false): Promise<OfLimit[]> => {
    const limits: OfLimit[] = [];
    for (const { limitKw, model } of built) {
      say(`  ${limitWords(limitKw ?? kwOf(model))}: ${of.length} sessions`);
      const day = replayDay(model, of, asked.maxA === undefined ? {} : { maxA: asked.maxA });
      const yardsticks = yardsticksOf(solver, day, money);
      const compared = compareOnSite(day, { candidates, yardsticks, money });
      const { openPlanner } = asked;
      const planned =
        isPlanned && openPlanner !== undefined ? await plannedResults(day, { openPlanner, yardsticks, money }) : [];
      const shownKw = limitKw ?? kwOf(model);
      const results = [...compared.results, ...planned];
      limits.push({ ...(shownKw === undefined ? {} : { limitKw: shownKw }), ...compared, results });
    }
    return limits;
  };
  const played = await play(stays, CANDIDATES, true);
  const grown: Grown[] = [];
  for (const growth of asked.growth ? GROWTHS : []) {
    const { stays: more, turnedAway } = grow(stays, growth.share, evses.length);
    grown.push({ growth, sessions: more.length, turnedAway, limits: await play(more, FEW_CANDIDATES) });
  }
  const timezone = first.model.timezone;
  const dates = stays.map(({ arrivedAtMs }) => dateIn(timezone, arrivedAtMs)).toSorted();
  const turned = built.filter(({ withoutFallbacks }) => withoutFallbacks).map(({ limitKw }) => limitKw);
  return ok({
    site: { siteId: first.model.siteId, name: first.model.name, timezone, evses: evses.length },
    period: { firstDay: dates[0] ?? '', lastDay: dates.at(-1) ?? '', days: new Set(dates).size },
    sessions: {
      ...{
        played: stays.length,
        leftOut: read.leftOut,
        overlapping: read.overlapping,
        skippedLines: asked.skippedLines,
      },
      statedDeparture: stays.filter(({ statedDepartureAtMs }) => statedDepartureAtMs !== undefined).length,
      statedEnergy: stays.filter(({ statedKwh }) => statedKwh !== undefined).length,
    },
    share: first.model.share ?? 'equal',
    ...(asked.tariff === undefined ? {} : { currency: asked.tariff.currency, valuePerKwh: asked.valuePerKwh }),
    ...(asked.tunedMonth === undefined ? {} : { tunedMonth: asked.tunedMonth }),
    hasCarbon: asked.carbonAt !== undefined,
    ...{ limits: played, growth: grown },
    notes: [
      ...(turned.length === 0
        ? []
        : [
            `At ${turned.join(', ')} kW not all fallbacks of the document fit, so bays without a lease do not charge there.`,
          ]),
      ...(first.model.otherLoads.length === 0
        ? []
        : ['No history of other loads is read: each of them counts with its worst case always.']),
      ...unpricedNotes(played),
    ],
  });
}

function moneyOf({ tariff, carbonAt, valuePerKwh, tunedMonth }: Asked): Money {
  return {
    ...(tariff === undefined ? {} : { tariff, valuePerKwh }),
    ...(carbonAt === undefined ? {} : { carbonAt }),
    ...(tunedMonth === undefined ? {} : { tunedMonth }),
  };
}

/** A site that shares by an order or in equal parts gives just these, whatever a plan says. */
const planTrouble = ({ share = 'equal' }: SiteModel, { openPlanner }: Asked): string | undefined =>
  openPlanner === undefined || share === 'smoothed-laxity'
    ? undefined
    : `the site shares by ${share}, which follows no plan; smoothed-laxity does`;

export const limitWords = (limitKw: number | undefined): string =>
  limitKw === undefined ? 'its conductors alone' : `${limitKw} kW`;

/** What its document says of the power of the grid connection. */
const kwOf = (model: SiteModel): number | undefined => {
  const watts = model.circuits.get(model.rootCircuitId)?.powerLimitW;
  return watts === undefined ? undefined : watts / 1_000;
};

/** A file of another time tells nothing of these sessions: a price that nobody knows must not count as 0. */
function otherTimes(stays: readonly Stay[], { tariff, carbonAt }: Asked): string | undefined {
  if (tariff !== undefined && stays.every(({ arrivedAtMs }) => priceAt(tariff, epochMs(arrivedAtMs)) === undefined))
    return 'the tariff has no price at the time of any session';
  if (carbonAt !== undefined && stays.every(({ arrivedAtMs }) => carbonAt(arrivedAtMs) === undefined))
    return 'the file of emissions has no value at the time of any session';
  return undefined;
}

/** What counts for nothing is told. */
function unpricedNotes(limits: readonly OfLimit[]): readonly string[] {
  const [result] = limits[0]?.results ?? [];
  if (result === undefined) return [];
  return (
    [
      ['the tariff has no price', result.unpricedKwh],
      ['the file of emissions has no value', result.uncountedKwh],
    ] as const
  ).flatMap(([what, kwh]) =>
    kwh === 0
      ? []
      : [`For ${((kwh / result.deliveredKwh) * 100).toFixed(1)} % of the energy ${what}: it counts for nothing there.`],
  );
}

function firstDays(stays: readonly Stay[], days: number, timezone: string): readonly Stay[] {
  const dateOf = (stay: Stay): string => dateIn(timezone, stay.arrivedAtMs);
  const dates = [...new Set(stays.map(dateOf))].toSorted().slice(0, days);
  const chosen = new Set(dates);
  return stays.filter((stay) => chosen.has(dateOf(stay)));
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
function dateIn(timezone: string, atMs: number): string {
  const format = FORMATS.get(timezone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  FORMATS.set(timezone, format);
  return format.format(atMs);
}
