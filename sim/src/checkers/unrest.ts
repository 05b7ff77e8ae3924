import type { WireFrame } from './wire-profile.ts';

/** How restless limits were. */
export interface UnrestVerdict {
  /** From the first look to the last. */
  readonly hours: number;
  /** Hours of all EVSEs together. */
  readonly evseHours: number;
  /** Limits that came to stations, renewals and permanent ones too. */
  readonly sent: number;
  /** Of those, the ones that said something else than the last one. */
  readonly changes: number;
  /** Changes that took back, within a minute, the direction of the one before. */
  readonly reversals: number;
  /** Of those, the ones by an ampere and more, to and fro: smaller ones a car hardly follows. */
  readonly wideReversals: number;
  /** Of the most restless EVSE, an hour. */
  readonly mostChangesAnHour: number;
  /** Cars that took current, and how often they began to: a contactor and a battery do not like to start often. */
  readonly sessions: number;
  readonly starts: number;
  readonly mostStarts: number;
}

export interface Unrest {
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  look(nowMs: number, evseId: string, now: { readonly plugged: boolean; readonly flowA: number }): void;
  conclude(): UnrestVerdict;
}

const REVERSED_WITHIN_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Rounding to tenths, and to whole amperes of the station's watts, is no change. */
const CHANGE_A = 0.15;
const WIDE_A = 1;

interface Limit {
  amps: number;
  changes: number;
  /** Of the last change: when, and +1 or -1. */
  changedAtMs: number;
  direction: number;
  stepA: number;
}

const UNCHANGED = { changes: 0, changedAtMs: Number.NEGATIVE_INFINITY, direction: 0, stepA: 0 };

interface Plugged {
  isFlowing: boolean;
  starts: number;
}

export function createUnrest(): Unrest {
  const limits = new Map<string, Limit>();
  const bays = new Map<string, Plugged>();
  let [sent, reversals, wideReversals, sessions, starts, mostStarts] = [0, 0, 0, 0, 0, 0];
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0];
  const seen = new Set<string>();

  const change = (limit: Limit, amps: number, nowMs: number): void => {
    const direction = Math.sign(amps - limit.amps);
    const isBack = direction !== limit.direction && nowMs - limit.changedAtMs <= REVERSED_WITHIN_MS;
    const stepA = Math.abs(amps - limit.amps);
    if (isBack) reversals += 1;
    if (isBack && Math.min(stepA, limit.stepA) >= WIDE_A) wideReversals += 1;
    Object.assign(limit, { amps, direction, stepA, changedAtMs: nowMs, changes: limit.changes + 1 });
  };
  const leave = (bay: Plugged): void => {
    if (bay.starts === 0) return;
    sessions += 1;
    starts += bay.starts;
    mostStarts = Math.max(mostStarts, bay.starts);
  };

  return {
    received(nowMs, stationId, frame) {
      const profile = frame.profile();
      if (profile === undefined) return;
      sent += 1;
      const [amps] = profile.limitsA;
      // Permanent limits stand below: what they say is not what is obeyed.
      if (profile.purpose !== 'TxProfile' || amps === undefined) return;
      const key = `${stationId} ${profile.evse} ${profile.transactionId}`;
      const limit = limits.get(key);
      if (limit === undefined) limits.set(key, { amps, ...UNCHANGED });
      else if (Math.abs(amps - limit.amps) > CHANGE_A) change(limit, amps, nowMs);
    },
    look(nowMs, evseId, { plugged, flowA }) {
      firstMs = Math.min(firstMs, nowMs);
      lastMs = nowMs;
      seen.add(evseId);
      const bay = bays.get(evseId);
      if (!plugged) {
        if (bay !== undefined) leave(bay);
        bays.delete(evseId);
        return;
      }
      const isFlowing = flowA > 0;
      const now = bay ?? { isFlowing: false, starts: 0 };
      if (isFlowing && !now.isFlowing) now.starts += 1;
      now.isFlowing = isFlowing;
      bays.set(evseId, now);
    },
    conclude() {
      for (const bay of bays.values()) leave(bay);
      bays.clear();
      const hours = Math.max(0, lastMs - firstMs) / HOUR_MS;
      const ofEvse = new Map<string, number>();
      for (const [key, { changes }] of limits) {
        const [stationId = '', evse = ''] = key.split(' ');
        ofEvse.set(`${stationId} ${evse}`, (ofEvse.get(`${stationId} ${evse}`) ?? 0) + changes);
      }
      const changes = [...ofEvse.values()].reduce((sum, each) => sum + each, 0);
      const mostChangesAnHour = hours === 0 ? 0 : Math.max(0, ...ofEvse.values()) / hours;
      const evseHours = hours * seen.size;
      return {
        hours,
        evseHours,
        sent,
        changes,
        reversals,
        wideReversals,
        mostChangesAnHour,
        sessions,
        starts,
        mostStarts,
      };
    },
  };
}
