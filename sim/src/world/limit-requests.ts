import type { Clock, Timers } from '@headroom/kernel';
import type { AskedLimits } from '../checkers/limits.ts';
import { phaseRowsOf, powerA, powerRowOf } from '../checkers/site-facts.ts';
import type { SitePlan } from '../documents.ts';
import type { Chance } from './chance.ts';
import { BESIDE_LEASE_MS, leaseMsOf } from './field-building.ts';
import type { Operator } from './operator.ts';
import type { Trace } from './trace.ts';

/** Of the contract: a building by day and the fallbacks beside it mostly fit. */
const LOWERED_TO: readonly [number, number] = [0.55, 0.9];
/** Where it is measured what is used there must be room above the minima. */
const LAST_TO: readonly [number, number] = [0.75, 0.95];
/** Of the rating of a panel, if its fallbacks fit. */
const PANEL_TO: readonly [number, number] = [0.6, 0.9];
const WHOLE_PERCENT = 100;
const AGAIN_MS = 3_000;
/** The last one ends, or holds already, well before it is measured what was used. */
export const LAST_BEFORE_MS = 60_000;

/**
 * With nothing in the way: the registry tells it within a second, then a decision, a command, and 5 s until it is obeyed (H78).
 */
export const OBEYED_CALM_MS = 30_000;
/**
 * In trouble nobody need hear of it for so long: one outage of the log or the database, and one owner after the other that dies
 * meanwhile. From then on no lease is renewed that does not fit.
 */
export const HEARD_MS = 125_000;

/** Times of a run, ms since its start. */
export interface RunTimes {
  readonly troubleFromMs: number;
  readonly troubleUntilMs: number;
  /** From here on it is measured what is used, to the end. */
  readonly measuredFromMs: number;
  readonly endMs: number;
}

export interface LoweringDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly operator: Operator;
  readonly plan: SitePlan;
  readonly times: RunTimes;
  readonly trace: Trace;
  /** Who judges must know what was asked, and from when on it must be obeyed. */
  readonly asked: (change: AskedLimits) => void;
  readonly answered: (source: string, obeyedWithinMs: number) => void;
}

const POWER = 'power of the site';
export const DOCUMENT = 'document';

/** Of the limits of a run the one that is set before it is measured what is used. */
export const LAST = 'last';

/** Of the whole site, by an override. `which`: among those of a run. */
export async function lowerSite(deps: LoweringDeps, which: string, validUntilMs: number): Promise<void> {
  const { chance, operator, plan, trace } = deps;
  const root = plan.document.spec.circuits.find(({ parent }) => parent === undefined);
  if (root?.limitKw === undefined) return;
  const share = chance.drawBetween(['lowers', `to ${which}`, 0], ...(which === LAST ? LAST_TO : LOWERED_TO));
  const kw = Math.round(root.limitKw * share * 10) / 10;
  trace.tell(`the operator lowers the site to ${kw} kW until ${new Date(validUntilMs).toISOString().slice(11, 23)}`);
  const limitsA = new Map([[powerRowOf(root.name), powerA(kw, plan.document)]]);
  deps.asked({ source: POWER, limitsA, untilMs: validUntilMs });
  await insist(deps, { source: POWER, untilMs: validUntilMs }, () =>
    operator.putLimit(plan.siteId, { kw, validUntilMs }),
  );
}

/** `untilMs`: then it ends by itself. */
export async function liftSite(deps: LoweringDeps, untilMs: number): Promise<void> {
  const { operator, plan, trace } = deps;
  trace.tell('the operator lifts the limit of the site');
  deps.asked({ ...AS_AT_FIRST, source: POWER });
  await insist(deps, { source: POWER, untilMs }, () => operator.endLimit(plan.siteId));
}

/** One conductor bears less, by a new document. */
export async function lowerPanel(deps: LoweringDeps, count: number): Promise<void> {
  const { chance, operator, plan, trace } = deps;
  const { spec, ...document } = plan.document;
  const panels = spec.circuits.filter(({ parent }) => parent !== undefined);
  const panel = panels[Math.floor(chance.draw('lowers', 'which panel', count) * panels.length)];
  if (panel === undefined) return;
  const share = chance.drawBetween(['lowers', 'panel to', count], ...PANEL_TO);
  // At its hottest too it must bear all permanent limits, or the document is refused.
  const least = (panel.derating?.steps.at(-1)?.percent ?? WHOLE_PERCENT) / WHOLE_PERCENT;
  const leastA = Math.ceil(fallbacksA(plan, panel.name) / least);
  const ratingPerPhaseA = Math.max(leastA, Math.round(panel.ratingPerPhaseA * share));
  trace.tell(`the operator lowers ${panel.name} to ${ratingPerPhaseA} A`);
  const limitsA = new Map(phaseRowsOf(panel.name).map((row) => [row, ratingPerPhaseA]));
  const circuits = spec.circuits.map((circuit) => (circuit === panel ? { ...circuit, ratingPerPhaseA } : circuit));
  deps.asked({ ...AS_AT_FIRST, source: DOCUMENT, limitsA });
  await insist(deps, { source: DOCUMENT }, () => operator.putSite({ ...document, spec: { ...spec, circuits } }));
}

export async function restorePanel(deps: LoweringDeps): Promise<void> {
  const { operator, plan, trace } = deps;
  trace.tell('the operator puts the first document back');
  deps.asked({ ...AS_AT_FIRST, source: DOCUMENT });
  await insist(deps, { source: DOCUMENT }, () => operator.putSite(plan.document));
}

const AS_AT_FIRST = { limitsA: new Map<string, number>(), untilMs: Number.POSITIVE_INFINITY };

/** Of the stations of a panel, A per phase. */
const fallbacksA = ({ document }: SitePlan, panel: string): number =>
  document.spec.stations
    .filter(({ circuit }) => circuit === panel)
    .flatMap(({ evses }) => evses)
    .reduce((sum, { fallbackA }) => sum + fallbackA, 0);

interface Insisting {
  readonly source: string;
  /** Then nobody asks any more. Default: to the end of the run. */
  readonly untilMs?: number;
}

/** Asks again until it is answered. */
async function insist(deps: LoweringDeps, { source, untilMs }: Insisting, ask: () => Promise<void>): Promise<void> {
  while (untilMs === undefined || deps.clock.nowMs() < untilMs) {
    try {
      await ask();
      return deps.answered(source, obeyedWithinMs(deps));
    } catch {
      await wait(deps, AGAIN_MS);
    }
  }
}

function obeyedWithinMs({ clock, plan, times }: LoweringDeps): number {
  const nowMs = clock.monoMs();
  const isCalm = nowMs < times.troubleFromMs - OBEYED_CALM_MS || nowMs >= times.measuredFromMs - LAST_BEFORE_MS;
  if (isCalm) return OBEYED_CALM_MS;
  return HEARD_MS + leaseMsOf(plan) + BESIDE_LEASE_MS;
}

export const wait = ({ timers }: LoweringDeps, ms: number): Promise<void> =>
  new Promise((resolve) => void timers.after(Math.max(0, Math.ceil(ms)), resolve));
export const waitUntil = (deps: LoweringDeps, atMs: number): Promise<void> => wait(deps, atMs - deps.clock.monoMs());
