import { age, clockTimeOn, decimal, kilowattHours, kilowatts, THIN_SPACE, words } from './format.ts';
import type { StateShape } from './evse-state.ts';
import type { LiveSite } from './live-site.ts';
import { busyUntil, type PlanChart } from './plan-chart.ts';
import type { ForecastError, MadePlan, PlannedEvse, ReadyRisk, SitePlan } from './site-plan.ts';

/** A plan that is older is ignored by whoever decides. */
export const PLAN_OLD_MS = 600_000;

/** One car of the plan, for people. */
export interface PlanLine {
  readonly evse: PlannedEvse;
  readonly name: string;
  readonly risk: ReadyRisk | null;
  readonly shape: StateShape;
  /** Whether it will be ready: "will be short by 3.2 kWh at 17:00". */
  readonly ready: string;
  /** Its budgets, one after the other. */
  readonly budgets: string;
  /** What it is expected to cost and to emit. Null: not known. */
  readonly share: string | null;
}

const SHAPES: Readonly<Record<ReadyRisk, StateShape>> = { none: 'full', tight: 'half', misses: 'bang' };
const RANK: Readonly<Record<ReadyRisk, number>> = { misses: 0, tight: 1, none: 2 };

/** Who needs a person first: who will go short by most, then who has no room left, then by departure. */
export function planLines(made: MadePlan, site: LiveSite): readonly PlanLine[] {
  const names = new Map(site.evses.map(({ evseId, name }) => [evseId, name]));
  const rank = ({ risk }: PlannedEvse): number => (risk === null ? RANK.none : RANK[risk]);
  return made.evses
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        (b.missingKwh ?? 0) - (a.missingKwh ?? 0) ||
        a.readyByMs - b.readyByMs ||
        (a.evseId < b.evseId ? -1 : 1),
    )
    .map((evse) => ({
      ...{ evse, name: names.get(evse.evseId) ?? evse.evseId, risk: evse.risk },
      shape: evse.risk === null ? 'ring' : SHAPES[evse.risk],
      ready: readyWords(evse, made, site),
      budgets: budgetWords(evse, made, site),
      share: shareWords(evse, made, site),
    }));
}

function readyWords(evse: PlannedEvse, made: MadePlan, { atMs, timezone }: LiveSite): string {
  const at = (ms: number): string => clockTimeOn(ms, atMs, timezone);
  const leaves = at(evse.readyByMs);
  const doneMs = busyUntil(evse, made);
  switch (evse.risk) {
    case 'misses':
      return `Will be short by ${words(kilowattHours(evse.missingKwh))} at ${leaves}`;
    case 'tight':
      return `Ready just in time for ${leaves}: whatever comes between makes it late`;
    case 'none':
      return doneMs === null || doneMs > evse.readyByMs
        ? `Ready by ${leaves}`
        : `Ready at ${at(doneMs)}, leaves at ${leaves}`;
    case null:
      return `Leaves at ${leaves}`;
  }
}

/** Stretches told one by one; a car whose budget changes more often is told how often. */
const BUDGETS_TOLD = 4;

/** "11.0 kW until 16:15, 7.4 kW until 17:00, then nothing". What reads the same to a tenth of a kW is one stretch. */
export function budgetWords({ powerKw }: PlannedEvse, { intervals }: MadePlan, { atMs, timezone }: LiveSite): string {
  const stretches: { readonly kw: string; toMs: number }[] = [];
  for (const [t, { toMs }] of intervals.entries()) {
    const kw = words(kilowatts(powerKw[t] ?? 0));
    const last = stretches.at(-1);
    if (last?.kw === kw) last.toMs = toMs;
    else stretches.push({ kw, toMs });
  }
  const none = words(kilowatts(0));
  if (stretches.at(-1)?.kw === none) stretches.pop();
  if (stretches.length === 0) return 'Nothing is planned for it';
  const told = stretches
    .slice(0, BUDGETS_TOLD)
    .map(({ kw, toMs }) => `${kw === none ? 'nothing' : kw} until ${clockTimeOn(toMs, atMs, timezone)}`);
  const more = stretches.length - told.length;
  const sentence = `${told.join(', ')}, ${more === 0 ? 'then nothing' : `then ${more} more ${more === 1 ? 'step' : 'steps'}`}`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The chart in words: the peak against the limit, and who goes short. */
export function planSummary(made: MadePlan, chart: PlanChart, site: LiveSite): string {
  const at = (ms: number): string => clockTimeOn(ms, site.atMs, site.timezone);
  const peak = chart.bars.reduce((most, bar) => (bar.siteKw > most.siteKw ? bar : most), {
    ...{ fromMs: chart.fromMs, siteKw: 0 },
    limitKw: null as number | null,
  });
  const of = peak.limitKw === null ? '' : ` of ${words(kilowatts(peak.limitKw))}`;
  return `Highest from ${at(peak.fromMs)} on: ${words(kilowatts(peak.siteKw))}${of}. ${shortSentence(made)}`;
}

function shortSentence({ evses }: MadePlan): string {
  if (evses.length === 0) return 'No car is planned.';
  const short = evses.filter(({ risk }) => risk === 'misses');
  const tight = evses.filter(({ risk }) => risk === 'tight').length;
  const missing = short.reduce((sum, { missingKwh }) => sum + (missingKwh ?? 0), 0);
  const closely = tight === 0 ? '' : ` ${tight} ${tight === 1 ? 'has' : 'have'} no time to lose.`;
  if (short.length === 0) return `${cars(evses.length)} planned, and nobody goes short.${closely}`;
  const all = `${cars(evses.length)} planned; ${short.length} will go short, by ${words(kilowattHours(missing))} together.`;
  return `${all}${closely}`;
}

const cars = (n: number): string => `${n} ${n === 1 ? 'car is' : 'cars are'}`;

/** "Made at 17:05, 40 s ago". */
export function madeWords({ createdAtMs }: MadePlan, nowMs: number, { timezone }: LiveSite): string {
  return `Made at ${clockTimeOn(createdAtMs, nowMs, timezone)}, ${age(nowMs - createdAtMs)} ago`;
}

/** Nobody knows: null, and never 0. In the currency of the price that the site shows, where it shows one. */
export function costWords({ cost }: MadePlan, { price }: LiveSite): string | null {
  if (cost === null) return null;
  const currency = price?.now?.currency ?? price?.next?.price?.currency;
  return `${decimal(cost, 2)}${currency === undefined ? '' : ` ${currency}`}`;
}

/** Null: nobody says what a kWh emits, or the plan is nobody's. */
export const carbonWords = ({ carbonKg }: Pick<MadePlan, 'carbonKg'>): string | null =>
  carbonKg === null ? null : `${decimal(carbonKg, 1)}${THIN_SPACE}kg CO₂`;

/** What one car is expected to cost and to emit; null: neither is known. */
export function shareWords({ cost, carbonKg }: PlannedEvse, made: MadePlan, site: LiveSite): string | null {
  const said = [costWords({ ...made, cost }, site), carbonWords({ carbonKg })].filter((each) => each !== null);
  return said.length === 0 ? null : said.join(', ');
}

/** "As the same quarter of the last days; building off by 3.1 kW (8.2 %)". */
export function forecastWords({ forecast }: MadePlan): string | null {
  if (forecast === null) return null;
  const errors = [errorWords('building', forecast.building), errorWords('sun', forecast.pv)].filter(
    (each) => each !== null,
  );
  const said = errors.length === 0 ? 'not judged yet' : `off by ${errors.join(' and ')}, a day ahead`;
  return `${forecast.by.charAt(0).toUpperCase()}${forecast.by.slice(1)}: ${said}`;
}

function errorWords(of: string, error: ForecastError | null): string | null {
  if (error === null) return null;
  const percent = error.percent === null ? '' : ` (${decimal(error.percent, 1)}${THIN_SPACE}%)`;
  return `${words(kilowatts(error.meanKw))}${percent} of the ${of}`;
}

/** Along which plan the decision that stands was made. */
export function alongWords({ along, standing }: SitePlan): string | null {
  if (along === null) return null;
  const plan = `plan ${along.planSeq} of epoch ${along.ownerEpoch}`;
  return standing === 'followed' ? `Made along ${plan}` : `Made without a plan; ${plan} was set aside`;
}
