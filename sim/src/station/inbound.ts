import { type CompositeSchedule, compositeSchedule } from '../profiles/composite-schedule.ts';
import { optional } from '../json.ts';
import type { ProfileStore } from '../profiles/store.ts';
import type { Bay } from './bay.ts';
import type { CompositeTold } from './persona.ts';
import type { StartRequest } from './bay-view.ts';
import type { StationActions, Trigger } from './dialect.ts';
import type { Ledger } from './ledger.ts';
import type { Settings } from './settings.ts';

/** GetCompositeSchedule looks at most this far ahead. */
const COMPOSITE_MAX_S = 86_400;

export interface InboundParts {
  readonly bays: ReadonlyMap<number, Bay>;
  readonly store: ProfileStore;
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly nowMs: () => number;
  readonly skewMs: () => number;
  readonly wattsPerAmp: number;
  /** What it says of its own limits (H87). */
  readonly composite: CompositeTold;
  /** Runs it when the firmware comes to apply what it has accepted; at once where it is quick. */
  readonly whenApplied: (act: () => void) => void;
  /** Profiles were cleared on request. */
  readonly onCleared: () => void;
  /** Runs it once the answer is on the wire. */
  readonly afterReply: (act: () => void) => void;
  readonly newTransaction: () => Pick<StartRequest, 'key' | 'id'>;
  readonly sharers: () => number;
  readonly report: (requestId: number) => boolean;
  readonly trigger: (what: Trigger, evse: number | undefined) => void;
  readonly reboot: () => void;
  readonly rebootWhenIdle: () => void;
}

/** The bays an EVSE number speaks of: 0 is all of them. */
const addressed = (parts: InboundParts, evse: number): readonly Bay[] =>
  [...parts.bays].filter(([number]) => evse === 0 || number === evse).map(([, bay]) => bay);

const setProfile =
  (parts: InboundParts): StationActions['setProfile'] =>
  ({ evse, profile, transactionId, raw }) => {
    const tx = parts.bays.get(evse)?.transaction();
    const namesThisTransaction = transactionId === undefined || transactionId === tx?.id;
    const outcome = parts.store.set({ evse, profile, namesThisTransaction, ...optional('tx', tx) });
    parts.whenApplied(() => {
      for (const bay of addressed(parts, evse)) {
        if (outcome.kind === 'accepted') bay.told();
        bay.refresh();
      }
    });
    const obeyed = addressed(parts, evse)[0]?.view().obeyed;
    const reason = outcome.kind === 'rejected' ? outcome.reason : undefined;
    parts.ledger.profile({
      receivedAtMs: parts.nowMs(),
      evse,
      request: raw,
      answer: outcome.kind,
      ...optional('reason', reason),
      obeyedA: obeyed?.limitA ?? 0,
      obeyedFrom: obeyed?.source ?? 'hardware',
    });
    return { accepted: outcome.kind === 'accepted', ...optional('reason', reason) };
  };

/** 2.1 K28: all else of the profile stays. */
const updateLimit =
  (parts: InboundParts): StationActions['updateLimit'] =>
  ({ id, limit, raw }) => {
    const held = parts.store.all().find((profile) => profile.id === id && profile.kind === 'dynamic');
    if (held === undefined) return { accepted: false, reason: 'no dynamic profile of that id' };
    const { evse, boundTo: _, ...profile } = held;
    const periods = profile.schedule.periods.map((period) => ({ ...period, limit }));
    return setProfile(parts)({ evse, profile: { ...profile, schedule: { ...profile.schedule, periods } }, raw });
  };

const composite =
  (parts: InboundParts): StationActions['composite'] =>
  ({ evse, durationS }) => {
    // Interpretation: the composite of the whole station is told only where it is that of its one EVSE.
    const number = evse === 0 && parts.bays.size === 1 ? 1 : evse;
    const bay = parts.bays.get(number);
    if (bay === undefined || !(durationS >= 0) || parts.composite === 'none') return undefined;
    const schedule = compositeSchedule(
      parts.store,
      {
        evse: number,
        atMs: parts.nowMs() + parts.skewMs(),
        sharers: parts.sharers(),
        ...optional('tx', bay.transaction()),
      },
      Math.min(durationS, COMPOSITE_MAX_S),
    );
    return toldAs(parts.composite, schedule);
  };

/** H87: what it says of what holds. */
function toldAs(told: Exclude<CompositeTold, 'none'>, schedule: CompositeSchedule): CompositeSchedule {
  const { periods } = schedule;
  switch (told) {
    case 'true':
      return schedule;
    case 'doubled':
      return { ...schedule, periods: periods.map((period) => ({ ...period, limit: 2 * period.limit })) };
    case 'halved':
      return { ...schedule, periods: periods.map((period) => ({ ...period, limit: period.limit / 2 })) };
    case 'endless':
      return { ...schedule, periods: periods.slice(0, 1) };
  }
}

const remoteStart =
  (parts: InboundParts): StationActions['remoteStart'] =>
  ({ idToken, evse, remoteStartId, profile, raw }) => {
    const free = [...parts.bays].find(([number, bay]) => {
      const { plugged, transaction } = bay.view();
      return (evse === undefined || number === evse) && plugged && transaction === undefined;
    });
    // Without a car in the socket this station does not wait for one (thin: ConnectionTimeOut is 0).
    if (free === undefined || (profile !== undefined && profile.purpose !== 'tx')) return { accepted: false };
    const [number, bay] = free;
    parts.afterReply(() => {
      const started = bay.begin({ ...parts.newTransaction(), idToken, ...optional('remoteStartId', remoteStartId) });
      if (started && profile !== undefined) setProfile(parts)({ evse: number, profile, raw });
    });
    return { accepted: true };
  };

const remoteStop =
  (parts: InboundParts): StationActions['remoteStop'] =>
  (transactionId) => {
    const bay = [...parts.bays.values()].find((candidate) => candidate.transaction()?.id === transactionId);
    if (bay === undefined) return false;
    parts.afterReply(() => bay.end('remote'));
    return true;
  };

/** What the other side's requests do, in neutral words. */
export function createActions(parts: InboundParts): StationActions {
  return {
    setProfile: setProfile(parts),
    updateLimit: updateLimit(parts),
    clearProfiles(criteria) {
      const cleared = parts.store.clear(criteria);
      if (cleared > 0) parts.onCleared();
      for (const bay of parts.bays.values()) bay.refresh();
      return cleared;
    },
    composite: composite(parts),
    reportProfiles: parts.report,
    wattsPerAmp: () => parts.wattsPerAmp,
    setSetting: (name, value) => parts.settings.set(name, value),
    getSetting: (name) => parts.settings.get(name),
    trigger(what, evse) {
      if (evse !== undefined && evse !== 0 && !parts.bays.has(evse)) return false;
      parts.afterReply(() => parts.trigger(what, evse));
      return true;
    },
    reset(when) {
      const busy = [...parts.bays.values()].some((bay) => bay.transaction() !== undefined);
      if (when === 'when-idle' && busy) {
        parts.rebootWhenIdle();
        return 'scheduled';
      }
      parts.afterReply(parts.reboot);
      return 'accepted';
    },
    remoteStart: remoteStart(parts),
    remoteStop: remoteStop(parts),
  };
}
