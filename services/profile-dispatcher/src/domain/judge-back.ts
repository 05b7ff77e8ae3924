import { type DeciAmps, deciAmps } from '@headroom/kernel';
import { type BackSet, noneBack } from './back-set.ts';
import type { EvseControl } from './evse-control.ts';
import type { EvseMeasured } from './facts.ts';
import { isAbove, JUDGED_AFTER_MS, JUDGED_WITHIN_MS, type JudgedBy, type Judgement } from './obedience.ts';
import { takeSample } from './resolve-limit.ts';
import type { SiteState } from './site-state.ts';
import { isMasked } from './station-limits.ts';

/**
 * What a sample shows of what flows back: whether less of it is obeyed (SI4); and it counts where it is more than was told (SI6), also where
 * nothing was. Of EVSEs alone whose cars may give back by the document: what another one tells of it is a fault of its meter.
 */
export function takeGiven(site: SiteState, control: EvseControl, fact: EvseMeasured): BackSet | undefined {
  const { given, transactionId, sampledAtMs } = fact;
  const isGiver = site.model?.evses.get(control.evseId)?.maxDischarge !== undefined;
  if (given === undefined || !isGiver) return control.back;
  // A meter is never quite at 0.
  const back = control.back ?? (isAbove(given, NOTHING) ? noneBack(control) : undefined);
  const mask = isMasked(site, fact) ? { isMasked: true as const } : {};
  return back && takeSample(back, { draw: given, transactionId, offered: undefined, sampledAtMs, ...mask });
}

/**
 * Whether the newest sample shows that no more flows back than was told. Undefined: it says nothing of it, is not the newest, or its station may
 * be on the way from one lease to another. Without such a set nothing is given, and it obeys.
 */
export function judgementOfBack(
  { set, back }: EvseControl,
  { given, sampledAtMs, isGood }: EvseMeasured,
  { nowMs, connectedAtMs }: JudgedBy,
): Judgement | undefined {
  if (given === undefined || !isGood) return undefined;
  if (back !== undefined && back.sample?.sampledAtMs !== sampledAtMs) return undefined;
  const settledMs = Math.max(connectedAtMs, set.acknowledged?.answeredAtMs ?? 0) + JUDGED_AFTER_MS;
  if (sampledAtMs < settledMs || sampledAtMs < nowMs - JUDGED_WITHIN_MS) return undefined;
  const told = toldOf(back);
  return { told, draw: given, sampledAtMs, obeys: back === undefined || !isAbove(given, told) };
}

/** The most that it was ever told and may obey. */
const toldOf = (back: BackSet | undefined): DeciAmps =>
  deciAmps(Math.max(0, back?.acknowledged?.limit ?? 0, ...(back?.attempts ?? []).map(({ limit }) => limit)));

const NOTHING = deciAmps(0);
