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
 * shorter gap) are cut to a minute. Every stay keeps its length, so that no energy becomes impossible by our cut: a car whose EVSE is
 * thereby still taken comes a minute after it is free.
 */
export function layOnClock(sessions: readonly RecordedSession[], startMs: number): readonly ReplayedSession[] {
  const sorted = sessions.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);
  const firstMs = sorted[0]?.arrivedAtMs ?? 0;
  const freeAtMs = new Map<string, number>();
  let cutMs = 0;
  let quiet = true;
  return sorted.map((session, i) => {
    const { evseId, arrivedAtMs, departedAtMs, estimatedDepartureMs } = session;
    const gapMs = arrivedAtMs - (sorted[i - 1]?.arrivedAtMs ?? arrivedAtMs);
    quiet &&= i === 0 || gapMs > SKIP_GAP_MS;
    if (quiet && i > 0) cutMs += gapMs - LEFT_MS;
    const arriveAtMs = Math.max(startMs + arrivedAtMs - firstMs - cutMs, freeAtMs.get(evseId) ?? startMs);
    const shiftMs = arriveAtMs - arrivedAtMs;
    freeAtMs.set(evseId, departedAtMs + shiftMs + LEFT_MS);
    return {
      session,
      arriveAtMs,
      departAtMs: departedAtMs + shiftMs,
      ...(estimatedDepartureMs === undefined ? {} : { statedDepartureMs: estimatedDepartureMs + shiftMs }),
    };
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
  /** By index of the session. */
  const visits = new Map<number, Cancel>();

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
      const told = stated > deps.clock.nowMs() ? { statedDepartureMs: stated } : {};
      visits.set(i, () => {});
      const leave = visit({ ...plan, tapAfterMs: TAP_AFTER_MS, ...told }, deps, () => visits.delete(i));
      if (visits.has(i)) visits.set(i, leave);
    };
    cancels.add(deps.timers.after(Math.max(0, one.arriveAtMs - deps.clock.nowMs()), arrive));
  });

  return {
    sessions: replayed,
    present: () => visits.size,
    stop() {
      for (const cancel of cancels) cancel();
      for (const leave of visits.values()) leave();
    },
  };
}
