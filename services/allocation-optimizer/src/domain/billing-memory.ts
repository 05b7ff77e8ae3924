import { type EpochMs, epochMs, type PerPhaseDeciAmps } from '@headroom/kernel';
import { inRow, type SiteModel } from '@headroom/site-model';
import { billingMonthAt, countedSpans, type Tariff } from '@headroom/tariff';
import { conductorsOf } from './planning/conductors.ts';
import type { SiteState } from './site-state.ts';

/** Over this a demand charge averages power, on the clock (PC9). All offsets of civil time are whole quarters. */
export const WINDOW_MS = 900_000;
/** The meters are looked at this often at most: a mean of a quarter of an hour asks for no more. */
export const LOOK_EVERY_MS = 10_000;
/** Power that was not told again for so long is not known: what was drawn meanwhile counts for no peak. */
export const GAP_MS = 300_000;

/** What a site drew from the grid, as far as its demand charges ask for it. Watts and millijoules, whole. */
export interface BillingMemory {
  readonly monthStartMs: EpochMs;
  /** Measured up to here, and what was drawn then. */
  readonly asOfMs: EpochMs;
  readonly powerW: number;
  readonly windowStartMs: EpochMs;
  readonly windowMilliJ: number;
  readonly peaks: readonly ChargePeak[];
}

export interface ChargePeak {
  /** Its name in the tariff. */
  readonly charge: string;
  readonly peakW: number;
  /** Of the month before. Absent: not known. */
  readonly beforeW?: number;
}

/** Of a charge in the month that begins at `monthStartMs`; of a month that has not begun nothing was drawn yet. */
export function peakOf(
  billing: BillingMemory | undefined,
  charge: string,
  monthStartMs: EpochMs,
): { readonly peakW: number; readonly beforeW: number | undefined } {
  const known = billing?.peaks.find((peak) => peak.charge === charge);
  if (billing === undefined || known === undefined) return { peakW: 0, beforeW: undefined };
  if (billing.monthStartMs === monthStartMs) return { peakW: known.peakW, beforeW: known.beforeW };
  return { peakW: 0, beforeW: billing.monthStartMs < monthStartMs ? known.peakW : undefined };
}

/** Drawn in the window that is open, with what is drawn since the last look; 0: nobody knows. */
export const openWindowKwh = (billing: BillingMemory | undefined, nowMs: EpochMs): number =>
  drawnInWindow(billing, nowMs) / 3.6e9;

/** The same in millijoules, a whole number. */
export function drawnInWindow(billing: BillingMemory | undefined, nowMs: EpochMs): number {
  if (billing === undefined || windowStartOf(nowMs) !== billing.windowStartMs || nowMs - billing.asOfMs > GAP_MS)
    return 0;
  return billing.windowMilliJ + billing.powerW * Math.max(0, nowMs - billing.asOfMs);
}

/**
 * The memory after the meters were heard at `atMs`: what was drawn since the last look is what was drawn then, and each window that has
 * ended may be a peak. Of facts alone, so that whoever reads the same ones has the same. The same object: it is too soon for a look.
 */
export function drawnUntil(
  before: BillingMemory | undefined,
  of: {
    readonly site: SiteModel;
    /** Absent: there are windows, and no months and no charges. */
    readonly tariff: Tariff | undefined;
    readonly state: SiteState;
    readonly atMs: EpochMs;
  },
): BillingMemory {
  const { site, tariff, state, atMs } = of;
  if (before !== undefined && atMs < before.asOfMs + LOOK_EVERY_MS) return before;
  const powerW = drawnW(site, state, atMs);
  // What was not seen whole is no mean: a window begins anew after a gap.
  if (before === undefined || atMs - before.asOfMs > GAP_MS) {
    const standing = inMonthOf(tariff, before, atMs);
    return { ...standing, asOfMs: atMs, powerW, windowStartMs: windowStartOf(atMs), windowMilliJ: 0 };
  }
  let memory = before;
  while (memory.windowStartMs + WINDOW_MS <= atMs) memory = closed(tariff, memory);
  const windowMilliJ = memory.windowMilliJ + memory.powerW * (atMs - memory.asOfMs);
  return {
    ...inMonthOf(tariff, memory, atMs),
    asOfMs: atMs,
    powerW,
    windowStartMs: memory.windowStartMs,
    windowMilliJ,
  };
}

const windowStartOf = (ms: EpochMs): EpochMs => epochMs(Math.floor(ms / WINDOW_MS) * WINDOW_MS);

/** The window that was open has ended: its mean, rounded up, is a peak of every charge for which it counts. */
function closed(tariff: Tariff | undefined, memory: BillingMemory): BillingMemory {
  const { windowStartMs, asOfMs, powerW } = memory;
  const endMs = epochMs(windowStartMs + WINDOW_MS);
  const milliJ = memory.windowMilliJ + powerW * (endMs - asOfMs);
  const meanW = Math.ceil(milliJ / WINDOW_MS);
  const ofMonth = inMonthOf(tariff, memory, windowStartMs);
  const peaks = ofMonth.peaks.map((peak): ChargePeak => {
    const charge = tariff?.demandCharges.find(({ name }) => name === peak.charge);
    const counts =
      meanW > peak.peakW &&
      tariff !== undefined &&
      charge !== undefined &&
      countedSpans(tariff, charge, { fromMs: windowStartMs, untilMs: epochMs(windowStartMs + 1) }).length > 0;
    return counts ? { ...peak, peakW: meanW } : peak;
  });
  return { ...ofMonth, peaks, asOfMs: endMs, powerW, windowStartMs: endMs, windowMilliJ: 0 };
}

/** Peaks of the charges of the tariff in the month of an instant: those of another month are of the month before, if it was that. */
function inMonthOf(
  tariff: Tariff | undefined,
  before: BillingMemory | undefined,
  atMs: EpochMs,
): Pick<BillingMemory, 'monthStartMs' | 'peaks'> {
  if (tariff === undefined) return { monthStartMs: epochMs(0), peaks: [] };
  const { fromMs: monthStartMs } = billingMonthAt(tariff, atMs);
  const was = new Map((before?.peaks ?? []).map((peak) => [peak.charge, peak]));
  const isSame = before?.monthStartMs === monthStartMs;
  const isNext = before !== undefined && !isSame && before.monthStartMs === monthBefore(tariff, monthStartMs);
  const peaks = tariff.demandCharges.map(({ name }): ChargePeak => {
    const known = was.get(name);
    if (isSame && known !== undefined) return known;
    // A month of which nothing was seen tells nothing.
    return isNext && known !== undefined && known.peakW > 0
      ? { charge: name, peakW: 0, beforeW: known.peakW }
      : { charge: name, peakW: 0 };
  });
  return { monthStartMs, peaks };
}

const monthBefore = (tariff: Tariff, monthStartMs: EpochMs): EpochMs =>
  billingMonthAt(tariff, epochMs(monthStartMs - 1)).fromMs;

/** Imported now by what the meters told last: other load, less what sources supply, and the cars; never below 0. */
function drawnW(site: SiteModel, { readings, evses }: SiteState, atMs: EpochMs): number {
  const volts = site.nominalVoltageV;
  const wattsOf = (current: PerPhaseDeciAmps): number => (inRow(current, 'power') * volts) / 10;
  let watts = 0;
  for (const { meterId, worstCase } of site.otherLoads) {
    const reading = meterId === undefined ? undefined : readings.get(meterId);
    // What has no meter counts with its worst case, as it does in a plan.
    if (meterId === undefined) watts += wattsOf(worstCase);
    else if (reading !== undefined) watts += wattsOf(reading.current);
  }
  const loads = new Set(site.otherLoads.flatMap(({ meterId }) => meterId ?? []));
  for (const { meterId } of site.sources ?? []) {
    const reading = readings.get(meterId);
    // A battery is a load of the same meter too: its reading counts once.
    if (reading !== undefined && !loads.has(meterId)) watts += Math.min(0, wattsOf(reading.current));
  }
  for (const [evseId, { sample, transaction }] of evses) {
    if (sample === undefined || transaction === undefined || atMs - sample.receivedAtMs > WINDOW_MS) continue;
    const { l1 = 0, l2 = 0, l3 = 0 } = sample.current;
    const wired = site.evses.get(evseId);
    const perAmp = wired?.wiring === undefined ? 1 : conductorsOf(wired, 1);
    watts += sample.power ?? ((l1 + l2 + l3) * perAmp * volts) / 10;
  }
  return Math.max(0, Math.round(watts));
}
