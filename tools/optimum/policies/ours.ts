import {
  type ControlMemory,
  decide,
  EMPTY_MEMORY,
  EMPTY_SITE_STATE,
  evolve,
  type Fact,
  type SiteState,
} from '@headroom/allocation-optimizer';
import {
  type DeciAmps,
  deciAmps,
  demandDeciAmps,
  type EpochMs,
  epochMs,
  evseId,
  perPhase,
  sessionId,
  transactionId,
  wattHours,
} from '@headroom/kernel';
import type { SharePolicy, SiteModel } from '@headroom/site-model';
import type { TightDay } from '../bounds/tight-limit.ts';
import { isPresent, SLOT_MIN, type SlotSession } from '../site/slotted.ts';
import { BUILDING_METER, siteModelOf, stationOf } from './ours-site.ts';
import type { Allocator, Knowledge, SlotPolicy, Standing } from './policy.ts';

/** 2026-01-05 00:00 UTC: days of the comparison begin at a midnight, whichever. */
const MIDNIGHT_MS = Date.UTC(2026, 0, 5);
/** Often while things move, then seldom: increases wait for 10 s (OD5), and what a car takes is learned in a minute (UD2). */
const ASKED_AT_S = [0, 15, 30, 45, 60, 90, 120, 180, 240];

/** What may be otherwise than in `ours`. */
export interface OursOptions {
  readonly share?: SharePolicy;
  /** Asked at the beginning of each slot: what is planned then. */
  readonly plan?: (known: Known) => Fact | undefined;
}

/** What the optimizer knows at an instant. */
export interface Known {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly nowMs: EpochMs;
}

/** The pure decision of the allocation-optimizer, with facts as the platform would tell them and a dispatcher that never fails. */
export const oursWith = (name: string, options: OursOptions = {}): SlotPolicy => ({
  name,
  askedAtS: ASKED_AT_S,
  begin: (day, knows) => {
    const run = new OurDay(day, knows, options);
    return (at, standing) => run.allocate(at, standing);
  },
});

export const ours: SlotPolicy = oursWith('Headroom');

const ref = (evse: number) => ({ stationId: stationOf(evse), evse: 1 });

class OurDay {
  readonly #day: TightDay;
  readonly #site: SiteModel;
  readonly #knows: Knowledge;
  readonly #plan: OursOptions['plan'];
  readonly #full = new Set<number>();
  readonly #told = new Map<number, number>();
  #state: SiteState = EMPTY_SITE_STATE;
  #memory: ControlMemory = EMPTY_MEMORY;

  constructor(day: TightDay, knows: Knowledge, { share, plan }: OursOptions) {
    this.#day = day;
    this.#knows = knows;
    this.#plan = plan;
    this.#site = share === undefined ? siteModelOf(day) : { ...siteModelOf(day), share };
    const atMs = epochMs(MIDNIGHT_MS - 3_600_000);
    day.circuitOf.forEach((_, evse) => {
      this.#take({ kind: 'station-connected', stationId: stationOf(evse), generation: 1n, atMs });
      this.#commit(evse, deciAmps(0), atMs);
    });
  }

  allocate({ slot, seconds }: Parameters<Allocator>[0], standing: readonly Standing[]): ReadonlyMap<number, number> {
    const nowMs = epochMs(MIDNIGHT_MS + slot * SLOT_MIN * 60_000 + seconds * 1_000);
    if (seconds === 0) this.#movements(slot, nowMs);
    if (standing.length === 0) return new Map();
    const readA = this.#day.buildingA?.[slot];
    if (readA !== undefined) this.#read(deciAmps(Math.round(readA * 10)), nowMs);
    for (const one of standing) this.#sample(one, nowMs);
    const known = { site: this.#site, state: this.#state, memory: this.#memory, nowMs };
    const planned = seconds === 0 ? this.#plan?.(known) : undefined;
    if (planned !== undefined) this.#take(planned);
    const { decision, memory } = decide(this.#site, this.#state, this.#memory, nowMs);
    this.#memory = memory;
    const offers = new Map<number, number>();
    const placeOf = new Map(standing.map(({ place, session }) => [session.evse, place]));
    this.#day.circuitOf.forEach((_, evse) => {
      const limit = decision.allocations.get(evseId(stationOf(evse), 1))?.limit ?? deciAmps(0);
      if (this.#told.get(evse) !== limit) this.#commit(evse, limit, nowMs);
      const place = placeOf.get(evse);
      if (place !== undefined) offers.set(place, limit / 10);
    });
    return offers;
  }

  #read(value: DeciAmps, nowMs: number): void {
    const atMs = epochMs(nowMs);
    const reading = { meterId: BUILDING_METER, sampledAtMs: atMs, receivedAtMs: atMs, current: perPhase(() => value) };
    this.#take({ kind: 'site-meter-read', reading });
  }

  /** Departures first: an EVSE is free again when the next car comes. */
  #movements(slot: number, atMs: number): void {
    for (const session of this.#day.sessions)
      if (session.end === slot && session.first < slot) this.#leave(session, atMs);
    for (const session of this.#day.sessions)
      if (session.first === slot && isPresent(session, slot)) this.#arrive(session, atMs);
  }

  #arrive(session: SlotSession, atMs: number): void {
    const of = { ...ref(session.evse), sessionId: sessionId(`session-${session.index}`), atMs: epochMs(atMs) };
    this.#take({ kind: 'session-started', ...of });
    this.#take({
      kind: 'transaction-opened',
      ...of,
      transactionId: txOf(session),
      authorized: true,
      meterStart: wattHours(0),
    });
    const truth = { departMin: session.end * SLOT_MIN, energyKwh: session.needWh / 1_000 };
    const { energyKwh, departMin } = this.#knows === 'truth' ? truth : session.claim;
    if (energyKwh === undefined) return;
    this.#take({
      ...{ kind: 'charging-requested', ...of, energy: wattHours(Math.round(energyKwh * 1_000)) },
      ...(departMin === undefined ? {} : { departureAtMs: epochMs(MIDNIGHT_MS + Math.round(departMin * 60_000)) }),
    });
  }

  #leave(session: SlotSession, atMs: number): void {
    const of = { ...ref(session.evse), sessionId: sessionId(`session-${session.index}`), atMs: epochMs(atMs) };
    this.#take({ kind: 'transaction-closed', ...of, transactionId: txOf(session) });
    this.#take({ kind: 'session-ended', ...of });
    this.#commit(session.evse, deciAmps(0), atMs);
  }

  #sample({ place, session, drawnA, deliveredWh, full }: Standing, nowMs: number): void {
    const drawn = demandDeciAmps(drawnA);
    const none = deciAmps(0);
    const atMs = epochMs(nowMs);
    this.#take({
      ...{ kind: 'evse-measured', ...ref(session.evse) },
      sample: {
        ...{ transactionId: txOf(session), isGood: true, sampledAtMs: atMs, receivedAtMs: atMs },
        current: session.car.phases === 3 ? perPhase(() => drawn) : { l1: drawn, l2: none, l3: none },
        register: wattHours(Math.floor(deliveredWh)),
      },
    });
    if (!full || this.#full.has(place)) return;
    this.#full.add(place);
    this.#take({
      kind: 'charging-state-reported',
      ...ref(session.evse),
      transactionId: txOf(session),
      state: 'suspended-ev',
      atMs,
    });
  }

  /** Told and obeyed at once: what a dispatcher adds in time is no part of this comparison. */
  #commit(evse: number, limit: DeciAmps, atMs: number): void {
    this.#told.set(evse, limit);
    this.#take({
      ...{ kind: 'committed-changed', ...ref(evse), committed: limit, commanded: limit, atMs: epochMs(atMs) },
      members: [{ kind: 'acknowledged', limit }],
    });
  }

  #take(fact: Fact): void {
    this.#state = evolve(this.#state, fact);
  }
}

const txOf = ({ index }: SlotSession) => transactionId(`tx-${index}`);
