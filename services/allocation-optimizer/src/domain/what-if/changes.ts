import {
  assertNever,
  type CircuitId,
  type DeciAmps,
  err,
  type EvseId,
  ok,
  perPhase,
  type Result,
  sessionId,
  transactionId,
  type Watts,
} from '@headroom/kernel';
import type { SharePolicy } from '@headroom/site-model';
import { evolve } from '../evolve.ts';
import type { GridTimeline } from '../grid-timeline.ts';
import type { DecidedFrom } from './decided-from.ts';
import { onCircuit } from './raise.ts';

/** Something that might be otherwise at a site. It is tried, and never done. */
export type Change =
  /** The contract of a circuit; other limits on it hold beside it. */
  | { readonly kind: 'circuit-power'; readonly circuitId: CircuitId; readonly limitW: Watts }
  /** What each conductor of a circuit bears. */
  | { readonly kind: 'circuit-rating'; readonly circuitId: CircuitId; readonly rating: DeciAmps }
  /** A car that may charge, at an EVSE that is free. */
  | { readonly kind: 'car'; readonly evseId: EvseId }
  | { readonly kind: 'share'; readonly share: SharePolicy }
  /** The grid limits from now on, beside what it asks already. */
  | { readonly kind: 'grid'; readonly circuitId: CircuitId; readonly limitW: Watts };

/** Changes that are tried at a time at most. */
export const CHANGES_MAX = 8;

export interface ChangeProblem {
  readonly code: 'unknown-circuit' | 'unknown-evse' | 'evse-taken';
  /** Which of the changes. */
  readonly index: number;
  readonly detail: string;
}

/** The same with the changes, one after the other; or the first that cannot be. */
export function changed(from: DecidedFrom, changes: readonly Change[]): Result<DecidedFrom, ChangeProblem> {
  let now = from;
  for (const [index, change] of changes.entries()) {
    const next = withChange(now, change);
    if (next.kind === 'err') return err({ ...next.error, index });
    now = next.value;
  }
  return ok(now);
}

type Problem = Omit<ChangeProblem, 'index'>;

function withChange(from: DecidedFrom, change: Change): Result<DecidedFrom, Problem> {
  switch (change.kind) {
    case 'circuit-power':
      return ofCircuit(from, change.circuitId, () =>
        onCircuit(from, change.circuitId, (circuit) => ({ ...circuit, powerLimitW: change.limitW })),
      );
    case 'circuit-rating':
      return ofCircuit(from, change.circuitId, () =>
        onCircuit(from, change.circuitId, (circuit) => ({ ...circuit, rating: perPhase(() => change.rating) })),
      );
    case 'grid':
      return ofCircuit(from, change.circuitId, () => withGridLimit(from, change.circuitId, change.limitW));
    case 'share':
      return ok({ ...from, site: { ...from.site, share: change.share } });
    case 'car':
      return withCar(from, change.evseId);
    default:
      return assertNever(change);
  }
}

function ofCircuit(from: DecidedFrom, circuitId: CircuitId, make: () => DecidedFrom): Result<DecidedFrom, Problem> {
  if (from.site.circuits.has(circuitId)) return ok(make());
  return err({ code: 'unknown-circuit', detail: `The site has no circuit "${circuitId}".` });
}

/** Beside what the grid asks already: of limits that overlap the lowest holds. */
function withGridLimit(from: DecidedFrom, circuitId: CircuitId, limitW: Watts): DecidedFrom {
  const { state, nowMs } = from;
  const known = state.grid.get(circuitId);
  const limit = { startMs: nowMs, limitW, kind: 'event', source: 'preview', eventId: 'preview' } as const;
  const timeline: GridTimeline = { version: known?.version ?? 1n, limits: [...(known?.limits ?? []), limit] };
  return { ...from, state: { ...state, grid: new Map(state.grid).set(circuitId, timeline) } };
}

function withCar(from: DecidedFrom, evseId: EvseId): Result<DecidedFrom, Problem> {
  const { site, state, nowMs } = from;
  const evse = site.evses.get(evseId);
  if (evse === undefined) return err({ code: 'unknown-evse', detail: `The site has no EVSE "${evseId}".` });
  if (state.evses.get(evseId)?.transaction !== undefined) {
    return err({ code: 'evse-taken', detail: `A car charges at ${evseId} already.` });
  }
  const at = { stationId: evse.stationId, evse: evse.evse, sessionId: sessionId('preview'), atMs: nowMs };
  const plugged = evolve(state, { kind: 'session-started', ...at });
  const opened = { kind: 'transaction-opened', transactionId: transactionId('preview'), authorized: true } as const;
  return ok({ ...from, state: evolve(plugged, { ...opened, ...at }) });
}
