import type { Cancel } from '@headroom/kernel';
import { rngFor } from '../rng.ts';
import type { Station } from '../station/station.ts';
import { reactionOf } from './cars.ts';
import type { RecordedSession } from './recorded-csv.ts';
import { visit, type VisitDeps } from './visit.ts';

/** A recorded session on the platform's clock. */
export interface ReplayedSession {
  readonly session: RecordedSession;
  readonly arriveAtMs: number;
  readonly departAtMs: number;
  readonly statedDepartureMs?: number;
}

const SKIP_GAP_MS = 30 * 60_000;
/** What is left of a gap that is skipped, and between two cars at one EVSE. */
const LEFT_MS = 60_000;

/**
 * Lays a day onto the clock, its first arrival at `startMs`. Gaps of more than 30 min before the morning gets going (up to the first
 * shorter gap) are cut to a minute; every stay keeps its length, unless the next car at that EVSE comes earlier.
 */
export function layOnClock(sessions: readonly RecordedSession[], startMs: number): readonly ReplayedSession[] {
  const sorted = sessions.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);
  const first = sorted[0];
  if (first === undefined) return [];
  let cutMs = 0;
  let quiet = true;
  const laid = sorted.map((session, i): ReplayedSession => {
    const gapMs = session.arrivedAtMs - (sorted[i - 1]?.arrivedAtMs ?? session.arrivedAtMs);
    quiet &&= i === 0 || gapMs > SKIP_GAP_MS;
    if (quiet && i > 0) cutMs += gapMs - LEFT_MS;
    const shiftMs = startMs - first.arrivedAtMs - cutMs;
    return {
      session,
      arriveAtMs: session.arrivedAtMs + shiftMs,
      departAtMs: session.departedAtMs + shiftMs,
      ...(session.estimatedDepartureMs === undefined
        ? {}
        : { statedDepartureMs: session.estimatedDepartureMs + shiftMs }),
    };
  });
  return laid.map((replayed, i) => {
    const next = laid.slice(i + 1).find((later) => later.session.evseId === replayed.session.evseId);
    if (next === undefined || next.arriveAtMs - LEFT_MS >= replayed.departAtMs) return replayed;
    return { ...replayed, departAtMs: Math.max(replayed.arriveAtMs + 1_000, next.arriveAtMs - LEFT_MS) };
  });
}

export interface ReplayConfig {
  readonly seed: string | number;
  readonly sessions: readonly RecordedSession[];
  /** By evse_id. */
  readonly stations: ReadonlyMap<string, Station>;
  readonly idTokens: readonly string[];
  readonly startMs: number;
}

export interface Replay {
  readonly sessions: readonly ReplayedSession[];
  present(): number;
  stop(): void;
}

const MAX_A = 32;
const TAP_AFTER_MS = 2_000;
const SOC_AT_ARRIVAL = 0.1;

/** Plays a recorded day: the car of a session lacks exactly the energy that was asked for, and leaves when its driver left. */
export function startReplay(config: ReplayConfig, deps: VisitDeps): Replay {
  const replayed = layOnClock(config.sessions, config.startMs);
  const cancels = new Set<Cancel>();
  const visits = new Set<Cancel>();

  replayed.forEach((one, i) => {
    const station = config.stations.get(one.session.evseId);
    const idToken = config.idTokens[i % Math.max(1, config.idTokens.length)];
    if (station === undefined || idToken === undefined) return;
    const rng = rngFor(config.seed, `session:${i}`);
    const needWh = Math.max(1, one.session.requestedWh);
    // From nearly empty to full is the energy asked for, so that the taper touches only the last sixth of it.
    const battery = { batteryWh: needWh / (1 - SOC_AT_ARRIVAL), socAtArrival: SOC_AT_ARRIVAL };
    const car = { ...reactionOf(rng), ...battery, maxA: MAX_A, phases: 1 as const };
    const arrive = (): void => {
      const { departAtMs, statedDepartureMs } = one;
      const stated = statedDepartureMs ?? departAtMs;
      const plan = { station, evse: 1, car, idToken, energyKwh: needWh / 1_000, departureAtMs: departAtMs };
      const leave = visit(
        { ...plan, tapAfterMs: TAP_AFTER_MS, ...(stated > deps.clock.nowMs() ? { statedDepartureMs: stated } : {}) },
        deps,
        () => visits.delete(leaveBay),
      );
      const leaveBay = (): void => leave();
      visits.add(leaveBay);
    };
    cancels.add(deps.timers.after(Math.max(0, one.arriveAtMs - deps.clock.nowMs()), arrive));
  });

  return {
    sessions: replayed,
    present: () => visits.size,
    stop() {
      for (const cancel of cancels) cancel();
      for (const leave of visits) leave();
    },
  };
}
