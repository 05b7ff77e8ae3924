import { deciAmps, type EpochMs, epochMs, watts } from '@headroom/kernel';
import { type LoadView, type LoadedRow, loadedRows, type RowLimit, rowsOf, type SiteModel } from '@headroom/site-model';
import { countedSpans, type Tariff } from '@headroom/tariff';
import { type BillingMemory, drawnInWindow, peakOf, WINDOW_MS } from './billing-memory.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { TARGET_SHARE, tariffOf } from './planning/plan-money.ts';

/**
 * LC5, PC9: what the site may draw from the grid on the mean of the rest of a quarter of an hour, so that the whole of it stays at what is paid
 * for anyway. A soft limit: the fast loop shares under it, no gate knows of it, and who must run now runs.
 */
export interface DemandGuard {
  /** Whole watts, never negative. */
  readonly limitW: number;
  /** The end of the quarter of an hour. */
  readonly untilMs: EpochMs;
}

/** What is left of a window is shared out over this at least: in its last seconds a rest of energy would be any power. */
const LEAST_LEFT_MS = 60_000;
/** Limits move in steps of this, downwards: a site that stays below its target decides nothing anew. */
const STEP_W = 100;

/**
 * The guard of the window that is open. It never lets more through than the target itself: what a window has left over would be given out in its
 * last minutes, and taken back in the first ones of the next. Undefined: nobody asks for one, or nobody knows what is paid for anyway.
 */
export function guardOf(of: {
  readonly site: SiteModel;
  readonly billing: BillingMemory | undefined;
  readonly nowMs: EpochMs;
}): DemandGuard | undefined {
  const { billing, nowMs } = of;
  const startMs = epochMs(Math.floor(nowMs / WINDOW_MS) * WINDOW_MS);
  const targetW = targetOf(of, startMs);
  if (targetW === undefined) return undefined;
  const untilMs = epochMs(startMs + WINDOW_MS);
  const leftMilliJ = targetW * WINDOW_MS - drawnInWindow(billing, nowMs);
  const restW = Math.floor(leftMilliJ / Math.max(LEAST_LEFT_MS, untilMs - nowMs));
  const limitW = Math.max(0, Math.min(targetW, restW));
  return { limitW: limitW - (limitW % STEP_W), untilMs };
}

/** The lowest that is asked for: a limit of the document, and where cost is sought what each demand charge costs anyway. */
function targetOf(
  { site, billing }: { readonly site: SiteModel; readonly billing: BillingMemory | undefined },
  startMs: EpochMs,
): number | undefined {
  const tariff = site.objective === 'cost' ? tariffOf(site) : undefined;
  const targets = tariff === undefined ? [] : chargeTargets(tariff, billing, startMs);
  if (site.demandLimitW !== undefined) targets.push(site.demandLimitW);
  return targets.length === 0 ? undefined : Math.min(...targets);
}

/**
 * PO4: the peak of the month so far, or what the month is taken to come to by the one before, whichever is more. Of a charge of which no month
 * is known yet, and in hours for which it does not count, nothing: else a site would begin with no power at all.
 */
function chargeTargets(tariff: Tariff, billing: BillingMemory | undefined, startMs: EpochMs): number[] {
  return tariff.demandCharges.flatMap((charge) => {
    const spans = countedSpans(tariff, charge, { fromMs: startMs, untilMs: epochMs(startMs + 1) });
    if (spans.length === 0 || charge.microPerKw === 0 || billing === undefined) return [];
    const { peakW, beforeW } = peakOf(billing, charge.name, billing.monthStartMs);
    return beforeW === undefined ? [] : [Math.max(peakW, Math.floor(TARGET_SHARE * beforeW))];
  });
}

/** A plan that is followed has weighed the peak against what cars need: where it goes beyond the guard, its word counts. */
export function withinPlan(
  guard: DemandGuard | undefined,
  plan: KeptPlan | undefined,
  nowMs: EpochMs,
): DemandGuard | undefined {
  if (plan?.mode !== 'cost' || guard === undefined) return guard;
  const { powerW = 0 } = plan.envelope.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs) ?? {};
  // Whatever is said to be an envelope: no number is nothing.
  return powerW > guard.limitW ? { ...guard, limitW: Math.floor(powerW) } : guard;
}

export interface Guarded {
  /** The rows of the site, and the guard behind them. The same arrays while both stay as they are. */
  readonly limits: readonly RowLimit[];
  /** The guard with its load. */
  readonly row: LoadedRow;
}

/**
 * The guard as one more row of the grid connection. No rise of other load is kept beside it: nothing breaks where it is exceeded. Undefined: it
 * is over, or the grid connection has a limit that is not higher.
 */
export function guarded(
  guard: DemandGuard | undefined,
  view: LoadView,
  rows: readonly RowLimit[],
): Guarded | undefined {
  const { site, nowMs } = view;
  if (guard === undefined || nowMs >= guard.untilMs) return undefined;
  const limits = withGuard(site, guard, rows);
  const limit = limits?.at(-1);
  if (limits === undefined || limit === undefined) return undefined;
  const [loaded] = loadedRows(view, [limit]);
  return loaded === undefined ? undefined : { limits, row: { ...loaded, riseDeciA: deciAmps(0) } };
}

const WITH_GUARD = new WeakMap<readonly RowLimit[], { readonly guard: DemandGuard; readonly limits: RowsOrNone }>();
type RowsOrNone = readonly RowLimit[] | undefined;

/** Made once while the same limits and the same guard hold, as rows are. */
function withGuard(site: SiteModel, guard: DemandGuard, rows: readonly RowLimit[]): RowsOrNone {
  const known = WITH_GUARD.get(rows);
  if (known?.guard.limitW === guard.limitW && known.guard.untilMs === guard.untilMs) return known.limits;
  const isOfRoot = ({ kind, circuitId }: RowLimit): boolean => kind === 'power' && circuitId === site.rootCircuitId;
  const lowestDeciA = Math.min(...rows.filter(isOfRoot).map(({ limitDeciA }) => limitDeciA));
  // As if it were imposed on the grid connection: so it counts there what any limit of power does.
  const limit = rowsOf(imposedOn(site, guard), epochMs(guard.untilMs - 1)).find(isOfRoot);
  const limits =
    limit?.source !== 'grid' || limit.limitDeciA >= lowestDeciA
      ? undefined
      : [...rows, { ...limit, source: 'demand-target' as const }];
  WITH_GUARD.set(rows, { guard, limits });
  return limits;
}

function imposedOn(site: SiteModel, { limitW, untilMs }: DemandGuard): SiteModel {
  const { limitOverride: _, ...others } = site;
  const limit = { circuitId: site.rootCircuitId, powerLimitW: watts(limitW), startMs: epochMs(0), endMs: untilMs };
  return { ...others, imposed: [limit] };
}
