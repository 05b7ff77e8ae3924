import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import {
  type EvseModel,
  otherLoadHorizon,
  otherLoadNow,
  type PhaseMask,
  roomIn,
  type RowLimit,
  rowsOf,
  rowUses,
  type SiteModel,
} from '@headroom/site-model';
import { type CommittedView, committedView } from './committed-view.ts';
import { committedOf } from './committed-set.ts';
import type { EvseControl } from './evse-control.ts';
import { lastingLimits } from './lasting.ts';
import { limitedModel } from './limited-model.ts';
import { controlAt, type SiteState, stationOf } from './site-state.ts';

export interface FlowTime {
  readonly nowMs: EpochMs;
  readonly leaseNowMs: EpochMs;
  readonly marginMs: number;
}

/** Rows that are over their limit by what may flow at this instant; what may come to flow once leases have ended is not in it. */
export type OverfullRows = readonly RowLimit[];

export const isOverIn = (rows: OverfullRows, { evseId }: EvseModel): boolean =>
  rows.some(({ loads }) => loads.has(evseId));

export interface Flow {
  readonly control: EvseControl;
  readonly view: CommittedView;
}
/** What an EVSE lets flow, of the phase that carries most. */
export type FlowOf = (evse: EvseModel, flow: Flow) => DeciAmps;

/** @param flowOf what each lets flow */
export function overfullRows(site: SiteState, time: FlowTime, flowOf: FlowOf): OverfullRows {
  const { nowMs } = time;
  const limited = limitedModel(site, nowMs);
  if (limited === undefined) return [];
  const model = { ...limited, evses: withoutFallbacks(limited) };
  const committed = new Map<EvseId, DeciAmps>();
  const masks = new Map<EvseId, PhaseMask>();
  const counted = { ...time, lasting: lastingLimits(site, time.nowMs) };
  for (const evse of limited.evses.values()) {
    const view = committedView(site, evse, counted);
    committed.set(evse.evseId, flowOf(evse, { view, control: controlAt(site, evse) }));
    // The next car is not here yet.
    if (view.mask !== undefined) masks.set(evse.evseId, { ...view.mask, elsewhere: NOTHING });
  }
  const loads = {
    otherLoad: otherLoadNow(limited, site.readings, nowMs),
    horizonLoad: otherLoadHorizon(limited, site.readings, nowMs),
  };
  const rows = rowsOf(model, nowMs);
  const used = rowUses({ ...loads, site: model, nowMs, rows, committed, masks });
  return rows.filter((_, index) => {
    const row = used[index];
    return row !== undefined && roomIn(row, 'now') < 0;
  });
}

const NOTHING = deciAmps(0);

/**
 * What an EVSE lets flow at most now. Without a transaction what was measured; in one what leads: a lease that was accepted, or what was sent
 * since, or else the permanent limit. That an accepted decrease has been obeyed need not be seen: who does not obey has a ladder of its own.
 */
export function flowingAtMost(
  { stations }: Pick<SiteState, 'stations'>,
  { control, view: { members, committed } }: Flow,
): DeciAmps {
  const { connected } = stationOf({ stations }, control.stationId);
  if (!connected || members.some(({ kind }) => kind === 'hardware-maximum')) return committed;
  if (control.transactionId === undefined) return control.set.sample?.draw ?? NOTHING;
  return leading(members) ?? committed;
}

/** The same of one that is believed to keep to what it was told, unless it was seen to draw more. */
export function flowingAsTold({ control: { set, transactionId }, view: { members } }: Flow): DeciAmps {
  const drawn = set.sample?.draw ?? NOTHING;
  if (transactionId === undefined) return drawn;
  const believed = members.filter(({ kind }) => kind !== 'hardware-maximum');
  const told = leading(believed) ?? committedOf(believed);
  return drawn > told ? drawn : told;
}

/** Undefined: no lease was accepted. */
const leading = (members: CommittedView['members']): DeciAmps | undefined =>
  members.some(({ kind }) => kind === 'acknowledged')
    ? committedOf(members.filter(({ kind }) => kind !== 'fallback' && kind !== 'unsettled'))
    : undefined;

const BARE = new WeakMap<SiteModel['evses'], SiteModel['evses']>();

/** The gate counts nobody below his fallback; these are the same for as long as the document is. */
function withoutFallbacks({ evses }: SiteModel): SiteModel['evses'] {
  const known = BARE.get(evses);
  if (known !== undefined) return known;
  const bare = new Map([...evses].map(([id, evse]) => [id, { ...evse, fallback: NOTHING }] as const));
  BARE.set(evses, bare);
  return bare;
}
