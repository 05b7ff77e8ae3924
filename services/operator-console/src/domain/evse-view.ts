import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type GridPhase,
  type PerPhase,
  type PerPhaseDeciAmps,
  perPhase,
} from '@headroom/kernel';
import type { WiringName } from './site-document.ts';
import { type EvseCondition, type EvseMeasurement, type EvseSnapshot, TRUST_MS } from './site-snapshot.ts';

type EvseState = EvseCondition | 'offline';

/** One EVSE as people see it: commanded, offered and drawn are three values (UX4), each with its age (UX2). */
export interface EvseView {
  readonly snapshot: EvseSnapshot;
  /** Absent: from each phase to neutral, or not known. */
  readonly wiring?: WiringName;
  readonly state: EvseState;
  readonly commandedW: number | null;
  readonly offered: DeciAmps | null;
  readonly offeredW: number | null;
  /** Per grid phase: 0 where no conductor is, null where nothing is known of one. */
  readonly drawn: PerPhase<DeciAmps | null> | null;
  readonly drawnW: number | null;
  readonly drawnAtMs: EpochMs | null;
  readonly ageMs: number | null;
  readonly stale: boolean;
  readonly socPercent: number | null;
}

export interface EvseContext {
  readonly newer: EvseMeasurement | undefined;
  readonly nowMs: EpochMs;
  readonly staleAfterMs: number;
  /** Line to neutral, nominal. */
  readonly voltageV: number;
  /** Absent: from each phase to neutral, or not known. */
  readonly wiring?: WiringName | undefined;
}

/** W of an ampere that flows on each of these phases, for each volt from line to neutral: between two lines there are 1.73 as many. */
const loopsOf = (phases: number, wiring: WiringName | undefined): number =>
  wiring === 'line-to-line' ? Math.sqrt(3) : phases;

/** In a session a sample is due; at a free socket silence says nothing. */
const SAMPLES_DUE: ReadonlySet<EvseCondition> = new Set(['charging', 'paused', 'waiting', 'not-obeying']);
const SOCKET_PHASES = ['l1', 'l2', 'l3'] as const;

export function evseView(snapshot: EvseSnapshot, context: EvseContext): EvseView {
  const measured = newest(snapshot.measured, context.newer);
  const ageMs = measured === undefined ? null : Math.max(0, context.nowMs - measured.atMs);
  // The last sample of a car that has left says nothing of an empty bay.
  const isOver = snapshot.condition === 'free';
  const trusted = !isOver && measured !== undefined && ageMs !== null && ageMs <= TRUST_MS ? measured : undefined;
  const { voltageV, wiring } = context;
  const loops = loopsOf(snapshot.phases.length, wiring);
  const powerOf = (limit: DeciAmps | undefined): number | null =>
    limit === undefined ? null : Math.round((limit * loops * voltageV) / 10);
  return {
    snapshot,
    ...(wiring === undefined ? {} : { wiring }),
    state: stateOf(snapshot),
    commandedW: powerOf(snapshot.commanded),
    offered: trusted?.offered ?? null,
    offeredW: powerOf(trusted?.offered),
    drawn: trusted === undefined ? null : onGridPhases(snapshot.phases, trusted, wiring),
    drawnW: trusted === undefined ? null : drawnWatts(snapshot.phases.length, trusted, context),
    drawnAtMs: measured?.atMs ?? null,
    ageMs,
    stale: ageMs === null ? SAMPLES_DUE.has(snapshot.condition) : ageMs > context.staleAfterMs,
    socPercent: trusted?.socPercent ?? null,
  };
}

/** A fault is told first: it stands whether or not the station is in reach. */
const stateOf = (snapshot: EvseSnapshot): EvseState =>
  snapshot.condition !== 'faulted' && !snapshot.connected ? 'offline' : snapshot.condition;

function newest(known: EvseMeasurement | undefined, newer: EvseMeasurement | undefined): EvseMeasurement | undefined {
  if (known === undefined || newer === undefined) return known ?? newer;
  // What a message does not repeat still stands from the one before.
  return newer.atMs > known.atMs ? { ...known, ...newer } : known;
}

function onGridPhases(
  phases: readonly GridPhase[],
  measured: EvseMeasurement,
  wiring: WiringName | undefined,
): PerPhase<DeciAmps | null> {
  const between = wiring === undefined ? undefined : betweenPhases(measured);
  return perPhase((grid) => {
    const socket = SOCKET_PHASES[phases.indexOf(grid)];
    return socket === undefined ? deciAmps(0) : (between ?? measured.drawn[socket] ?? null);
  });
}

/** What flows in on one phase flows out on the other: whichever of them its station measures. */
function betweenPhases({ drawn }: EvseMeasurement): DeciAmps | undefined {
  const known = SOCKET_PHASES.flatMap((socket) => drawn[socket] ?? []);
  return known.length === 0 ? undefined : deciAmps(Math.max(...known));
}

/** As metered; else from the currents, if every conductor's is known. */
function drawnWatts(
  conductors: number,
  measured: EvseMeasurement,
  { voltageV, wiring }: Pick<EvseContext, 'voltageV' | 'wiring'>,
): number | null {
  if (measured.drawnPowerW !== undefined) return measured.drawnPowerW;
  if (wiring !== undefined) {
    const between = betweenPhases(measured);
    return between === undefined ? null : Math.round((between * loopsOf(conductors, wiring) * voltageV) / 10);
  }
  let sumDeciA = 0;
  for (const socket of SOCKET_PHASES.slice(0, conductors)) {
    const current = measured.drawn[socket];
    if (current === undefined) return null;
    sumDeciA += current;
  }
  return Math.round((sumDeciA * voltageV) / 10);
}

/** Drawn per grid phase for sums; what is not known adds nothing. */
export const gridDrawn = (view: EvseView): PerPhaseDeciAmps => perPhase((phase) => view.drawn?.[phase] ?? deciAmps(0));
