import { figuresOf } from '../../optimum/run/figures.ts';
import type { DayRun } from '../../optimum/run/run-day.ts';
import { feasibleWh, SLOT_MIN } from '../../optimum/site/slotted.ts';
import type { ReplayDay } from './replay-day.ts';

/** How the sessions that began in a month did. Energies in kWh; shares of 1. */
export interface MonthResult {
  /** `YYYY-MM` of the site's time zone; `others`: all months but the one that was looked at while tuning. */
  readonly month: string;
  readonly sessions: number;
  readonly deliveredKwh: number;
  /** Of what these sessions have in a schedule of the whole period that delivers as much as any can. */
  readonly ofOptimum: number;
  readonly satisfied: number;
  readonly fifthPercentile: number;
  readonly jain: number;
  readonly startsPerSession: number;
}

export const OTHER_MONTHS = 'others';
const KILO = 1_000;
/** ME4. */
const SATISFIED_WH = 100;

/**
 * By month, in order, and last all but the tuned one; of a single month nothing.
 *
 * @param optimumWh by place, of one of the schedules that deliver the most
 */
export function monthResults(
  day: ReplayDay,
  run: Pick<DayRun, 'outcomes'>,
  of: { readonly optimumWh: readonly number[]; readonly tunedMonth: string | undefined },
): readonly MonthResult[] {
  const monthAt = monthIn(day.site.timezone);
  const places = Map.groupBy(day.sessions.keys(), (place) =>
    monthAt(day.startsAtMs + (day.sessions[place]?.first ?? 0) * SLOT_MIN * 60_000),
  );
  if (places.size < 2) return [];
  const months = [...places].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const others = months.filter(([month]) => month !== of.tunedMonth);
  const groups =
    others.length === months.length
      ? months
      : [...months, [OTHER_MONTHS, others.flatMap(([, ofMonth]) => ofMonth)] as const];
  return groups.map(([month, ofMonth]) => ({ month, ...figuresOfPlaces(day, run, of.optimumWh, ofMonth) }));
}

function figuresOfPlaces(
  { sessions }: ReplayDay,
  { outcomes }: Pick<DayRun, 'outcomes'>,
  optimumWh: readonly number[],
  places: readonly number[],
): Omit<MonthResult, 'month'> {
  const here = places.flatMap((place) => {
    const [session, outcome] = [sessions[place], outcomes[place]];
    return session === undefined || outcome === undefined ? [] : [{ session, outcome }];
  });
  const optimum = places.reduce((sum, place) => sum + (optimumWh[place] ?? 0), 0);
  const { ofBound, fifthPercentile, jain, startsPerSession } = figuresOf(
    here.map(({ session }) => session),
    { outcomes: here.map(({ outcome }) => outcome), overMin: 0 },
    optimum,
  );
  const satisfied = here.filter(({ session, outcome }) => outcome.deliveredWh >= feasibleWh(session) - SATISFIED_WH);
  return {
    ...{ sessions: here.length, fifthPercentile, jain, startsPerSession, ofOptimum: ofBound },
    deliveredKwh: here.reduce((sum, { outcome }) => sum + outcome.deliveredWh, 0) / KILO,
    satisfied: satisfied.length / here.length,
  };
}

function monthIn(timezone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit' });
  return (atMs) => format.format(atMs);
}
