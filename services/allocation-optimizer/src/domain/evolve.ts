import { settledReading, withoutMissing, withoutStationLimit, withStationLimit } from '@headroom/site-model';
import { assertNever, type EpochMs, type EvseId, evseId } from '@headroom/kernel';
import { evolveCommitted, evolveDisobeys, evolveIntended, evolveResolved } from './evolve-dispatch.ts';
import { evolveSample } from './evolve-draw.ts';
import { evolveSession } from './evolve-session.ts';
import type { EvseRef, Fact, StationFact } from './facts.ts';
import { isNewerPlan } from './planning/kept-plan.ts';
import {
  type DrawState,
  EMPTY_EVSE_STATE,
  type EvseState,
  interruptedAt,
  MAX_TRACKED,
  type SiteState,
} from './site-state.ts';
import { VersionedMap } from './versioned-map.ts';

/** The state after a fact. Pure; a repeated or overtaken fact changes nothing (the same object comes back). */
export function evolve(state: SiteState, fact: Fact): SiteState {
  switch (fact.kind) {
    case 'station-connected':
    case 'station-disconnected':
      return evolveConnection(state, fact);
    case 'station-booted':
      return evolveBoot(state, fact);
    case 'station-limited':
    case 'station-limit-cleared':
      return evolveLimits(state, fact);
    case 'station-limits-missing':
      return evolveMissing(state, fact);
    case 'status-reported':
      return onEvse(state, fact, (evse) => ({
        ...evse,
        status: { value: fact.status, sinceMs: since(evse, fact) },
        draw: rememberedWord(evse.draw, evse.status, fact.status),
      }));
    case 'charging-state-reported':
      return onEvse(state, fact, (evse) => {
        const { transactionId, state: value } = fact;
        const same = evse.chargingState?.value === value && evse.chargingState.transactionId === transactionId;
        if (same) return evse;
        const said = evse.chargingState?.transactionId === transactionId ? evse.chargingState : undefined;
        const chargingState = { transactionId, value, sinceMs: fact.atMs };
        return { ...evse, chargingState, draw: rememberedWord(evse.draw, said, value) };
      });
    case 'session-started':
    case 'transaction-opened':
    case 'transaction-closed':
    case 'session-ended':
    case 'charging-requested':
    case 'boost-set':
      return onEvse(state, fact, (evse) => evolveSession(evse, fact));
    case 'evse-measured':
      return onEvse(state, fact, (evse) => evolveSample(evse, fact.sample, interruptedAt(state, fact.stationId)));
    case 'site-meter-read': {
      const before = state.readings.get(fact.reading.meterId);
      if (before !== undefined && before.sampledAtMs >= fact.reading.sampledAtMs) return state;
      const reading = settledReading(before, fact.reading);
      return { ...state, readings: withEntry(state.readings, reading.meterId, reading) };
    }
    case 'grid-timeline-set': {
      const before = state.grid.get(fact.target);
      if (before !== undefined && before.version >= fact.timeline.version) return state;
      return { ...state, grid: new Map(state.grid).set(fact.target, fact.timeline) };
    }
    case 'plan-made':
      return isNewerPlan(fact.plan, state.plan) ? { ...state, plan: fact.plan } : state;
    case 'limit-intended':
      return onEvse(state, fact, (evse) => evolveIntended(evse, fact));
    case 'limit-resolved':
      return onEvse(state, fact, (evse) => evolveResolved(evse, fact));
    case 'committed-changed':
      return onEvse(state, fact, (evse) => evolveCommitted(evse, fact));
    case 'evse-disobeys':
      return onEvse(state, fact, (evse) => evolveDisobeys(evse, fact));
    default:
      return assertNever(fact);
  }
}

type ConnectionFact = Extract<StationFact, { readonly kind: 'station-connected' | 'station-disconnected' }>;

function evolveConnection(state: SiteState, fact: ConnectionFact): SiteState {
  const before = state.stations.get(fact.stationId);
  // The end of an old connection says nothing about the one that replaced it.
  if (before !== undefined && fact.generation < before.generation) return state;
  const connected = fact.kind === 'station-connected';
  // An end is final for its generation: a repeat of its beginning changes nothing.
  if (before !== undefined && fact.generation === before.generation && (connected || !before.connected)) return state;
  const interruptedAtMs = Math.max(interruptedAt(state, fact.stationId), fact.atMs);
  const { generation } = fact;
  // Its end may have been told to nobody: a new connection tells anew (K09), or it is learned from what the car takes.
  const limits = connected ? [] : (before?.limits ?? []);
  return {
    ...state,
    stations: withEntry(state.stations, fact.stationId, { connected, generation, interruptedAtMs, limits }),
  };
}

/** Of a station nobody heard of there is nothing to forget. */
function evolveBoot(state: SiteState, fact: Extract<StationFact, { readonly kind: 'station-booted' }>): SiteState {
  const before = state.stations.get(fact.stationId);
  if (before === undefined || fact.atMs <= before.interruptedAtMs) return state;
  return {
    ...state,
    stations: withEntry(state.stations, fact.stationId, { ...before, interruptedAtMs: fact.atMs, limits: [] }),
  };
}

type LimitFact = Extract<StationFact, { readonly kind: 'station-limited' | 'station-limit-cleared' }>;

/** Of a station nobody heard of there is nothing to limit. */
function evolveLimits(state: SiteState, fact: LimitFact): SiteState {
  const before = state.stations.get(fact.stationId);
  if (before === undefined) return state;
  const limits =
    fact.kind === 'station-limited'
      ? withStationLimit(before.limits, fact.limit, fact.atMs)
      : withoutStationLimit(before.limits, fact.limit);
  return { ...state, stations: withEntry(state.stations, fact.stationId, { ...before, limits }) };
}

/** One told anew since is another. */
function evolveMissing(
  state: SiteState,
  { stationId, missing }: Extract<StationFact, { readonly kind: 'station-limits-missing' }>,
): SiteState {
  const before = state.stations.get(stationId);
  const limits = withoutMissing(before?.limits ?? [], missing);
  if (before === undefined || limits.length === before.limits.length) return state;
  return { ...state, stations: withEntry(state.stations, stationId, { ...before, limits }) };
}

/** A car that wanted nothing shows nothing else by being offered nothing, though its station now names that as the cause (RF6). */
function rememberedWord(
  draw: DrawState,
  before: { readonly value: string; readonly sinceMs: EpochMs } | undefined,
  value: string,
): DrawState {
  if (value !== 'suspended-evse' || before?.value !== 'suspended-ev' || draw.nothingSinceMs !== undefined) return draw;
  return { ...draw, nothingSinceMs: before.sinceMs };
}

function since(evse: EvseState, fact: Extract<StationFact, { readonly kind: 'status-reported' }>): number {
  return evse.status?.value === fact.status ? evse.status.sinceMs : fact.atMs;
}

function onEvse(state: SiteState, ref: EvseRef, change: (evse: EvseState) => EvseState): SiteState {
  // EVSE 0 is the station as a whole: nothing of it is an EVSE's.
  if (ref.evse === 0) return state;
  const id: EvseId = evseId(ref.stationId, ref.evse);
  const before = state.evses.get(id) ?? EMPTY_EVSE_STATE;
  const after = change(before);
  return after === before ? state : { ...state, evses: withEntry(state.evses, id, after) };
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (!map.has(key) && map.size >= MAX_TRACKED) return map;
  return VersionedMap.of(map).with(key, value);
}
