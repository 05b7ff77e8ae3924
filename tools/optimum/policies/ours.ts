import {
  bearsOnDecision,
  type ControlMemory,
  decide,
  EMPTY_MEMORY,
  EMPTY_SITE_STATE,
  evolve,
  type Fact,
  quietUntil,
  rested,
  type SiteState,
} from '@headroom/allocation-optimizer';
import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  epochMs,
  evseId,
  perPhase,
  type PerPhaseDeciAmps,
  sessionId,
  wattHours,
} from '@headroom/kernel';
import {
  type EvseModel,
  type PlanObjective,
  type SharePolicy,
  type SiteModel,
  type SiteTariff,
} from '@headroom/site-model';
import type { TightDay } from '../bounds/tight-limit.ts';
import { SLOT_MIN, type SlotSession, type SlottedDay } from '../site/slotted.ts';
import { ASSUMED_KWH, offerOf, sampleOf, txOf } from './ours-facts.ts';
import { BUILDING_METER, siteModelOf } from './ours-site.ts';
import type { Allocator, Knowledge, SlotPolicy, Standing } from './policy.ts';

/** 2026-01-05 00:00 UTC: days of the comparison begin at a midnight, whichever. */
const MIDNIGHT_MS = Date.UTC(2026, 0, 5);
/** Often while things move, then seldom: increases wait for 10 s (OD5), and what a car takes is learned in a minute (UD2). */
const ASKED_AT_S = [0, 15, 30, 45, 60, 90, 120, 180, 240];

/** A day as the optimizer meets it. */
export interface DayAtSite {
  /** Its EVSEs in their order: a session names the place of its one. */
  readonly site: SiteModel;
  /** When slot 0 begins. */
  readonly startsAtMs: number;
  readonly readings: (slot: number) => readonly { readonly meterId: string; readonly current: PerPhaseDeciAmps }[];
  /**
   * Within a slot in which nothing happens it is not asked again: nobody came or went, no car draws otherwise, and its last decision
   * changed nothing. Only needs grow older then, by minutes. A month takes a third of the time.
   */
  readonly rests?: true;
  /** Its cars give back what the plan asks for, told and obeyed at once like their limits (MD17). Absent: none does. */
  readonly gives?: true;
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
export const oursAt = <D extends SlottedDay>(name: string, at: (day: D) => DayAtSite): SlotPolicy<D> => ({
  name,
  askedAtS: ASKED_AT_S,
  begin: (day, knows) => {
    const run = new OurDay(day, knows, at(day));
    return (instant, standing) => run.allocate(instant, standing);
  },
});

/** What may be otherwise than in `ours`. */
export interface OursOptions {
  readonly share?: SharePolicy;
  readonly plan?: DayAtSite['plan'];
  readonly objective?: PlanObjective;
  readonly tariff?: SiteTariff;
  readonly startsAtMs?: number;
}

export const oursWith = (name: string, { plan, startsAtMs = MIDNIGHT_MS, ...ofSite }: OursOptions = {}): SlotPolicy =>
  oursAt(name, (day: TightDay) => ({
    site: { ...siteModelOf(day), ...ofSite },
    startsAtMs,
    readings: (slot) => {
      const readA = day.buildingA?.[slot];
      return readA === undefined
        ? []
        : [{ meterId: BUILDING_METER, current: perPhase(() => deciAmps(Math.round(readA * 10))) }];
    },
    ...(plan === undefined ? {} : { plan }),
  }));

export const ours: SlotPolicy = oursWith('Headroom');

class OurDay {
  readonly #at: DayAtSite;
  readonly #evses: readonly EvseModel[];
  readonly #knows: Knowledge;
  readonly #arriving: readonly SlotSession[];
  readonly #leaving: readonly SlotSession[];
  readonly #full = new Set<number>();
  readonly #told = new Map<number, number>();
  #arrived = 0;
  #left = 0;
  #state: SiteState = EMPTY_SITE_STATE;
  #memory: ControlMemory = EMPTY_MEMORY;
  /** The decision that stands, when it was made, and for how long it does. */
  #offers: ReadonlyMap<number, number> = new Map();
  #quietUntilMs = -Infinity;
  #decidedAtMs = epochMs(0);
  /** Something was told since then that leads to another one. */
  #bears = true;
  /** The last decision changed an offer. */
  #moved = true;
  /** What each EVSE was told to give back; obeyed before anything else happens, so nothing older counts any more. */
  readonly #giving = new Map<number, DeciAmps>();
  /** What each place drew when it was told last. */
  readonly #drawn = new Map<number, number>();

  constructor(day: SlottedDay, knows: Knowledge, at: DayAtSite) {
    this.#at = at;
    this.#knows = knows;
    this.#evses = [...at.site.evses.values()];
    const stays = day.sessions.filter(({ first, end }) => first < end);
    this.#arriving = stays.toSorted((a, b) => a.first - b.first || a.index - b.index);
    this.#leaving = stays.toSorted((a, b) => a.end - b.end || a.index - b.index);
    const atMs = epochMs(at.startsAtMs - 3_600_000);
    this.#evses.forEach(({ stationId }, evse) => {
      this.#take({ kind: 'station-connected', stationId, generation: 1n, atMs });
      this.#commit(evse, deciAmps(0), atMs);
    });
  }

  allocate({ slot, seconds }: Parameters<Allocator>[0], standing: readonly Standing[]): ReadonlyMap<number, number> {
    const nowMs = epochMs(this.#slotMs(slot) + seconds * 1_000);
    if (seconds === 0) this.#movements(slot);
    else if (this.#at.rests === true && !this.#moved && !this.#drawsOtherwise(standing)) return this.#offers;
    for (const { meterId, current } of this.#at.readings(slot)) {
      const reading = { meterId, sampledAtMs: nowMs, receivedAtMs: nowMs, current };
      this.#take({ kind: 'site-meter-read', reading });
    }
    for (const one of standing) {
      // A full car says the same again and again. One that waits does so too, but what is known of its phases lasts no longer than it is
      // borne out (`MASK_TRUST_MS`).
      const isSame = one.drawnA === 0 && this.#drawn.get(one.place) === 0 && this.#full.has(one.place);
      this.#drawn.set(one.place, one.drawnA);
      if (!isSame) this.#sample(one, nowMs);
    }
    const known = { site: this.#at.site, state: this.#state, memory: this.#memory, nowMs };
    const planned = seconds === 0 && standing.length > 0 ? this.#at.plan?.(known) : undefined;
    if (planned !== undefined) this.#take(planned);
    // Where neither a fact nor the time can have made anything otherwise the optimizer itself lets its decision stand.
    const nobodyWants = this.#at.rests === true && standing.every(({ place }) => this.#full.has(place));
    if (!this.#bears && (nowMs < this.#quietUntilMs || nobodyWants)) {
      this.#memory = rested(this.#memory, nowMs);
      this.#moved = false;
      return this.#offers;
    }
    const before = this.#memory;
    const { decision, memory } = decide(this.#at.site, this.#state, before, nowMs);
    const { site } = this.#at;
    this.#memory = memory;
    this.#decidedAtMs = nowMs;
    this.#quietUntilMs = quietUntil({ site, state: this.#state, before, memory, nowMs });
    this.#bears = false;
    this.#moved = false;
    const offers = new Map<number, number>();
    const placeOf = new Map(standing.map(({ place, session }) => [session.evse, place]));
    this.#evses.forEach(({ evseId }, evse) => {
      const { limit = deciAmps(0), discharge } = decision.allocations.get(evseId) ?? {};
      if (this.#told.get(evse) !== limit || this.#giving.get(evse) !== discharge?.current) {
        this.#commit(evse, limit, nowMs, discharge?.current);
        this.#moved = true;
      }
      const place = placeOf.get(evse);
      // What a car may take stays told to it and counted; it gives instead.
      if (place !== undefined) offers.set(place, discharge === undefined ? limit / 10 : 0 - discharge.current / 10);
    });
    this.#offers = offers;
    return this.#offers;
  }

  #drawsOtherwise(standing: readonly Standing[]): boolean {
    return standing.some(
      ({ place, drawnA, full }) => drawnA !== this.#drawn.get(place) || (full && !this.#full.has(place)),
    );
  }

  #slotMs(slot: number): number {
    return this.#at.startsAtMs + slot * SLOT_MIN * 60_000;
  }

  /** Departures first: an EVSE is free again when the next car comes. */
  #movements(slot: number): void {
    for (let next = this.#leaving[this.#left]; next !== undefined && next.end <= slot; ) {
      this.#leave(next, this.#slotMs(next.end));
      this.#left += 1;
      next = this.#leaving[this.#left];
    }
    for (let next = this.#arriving[this.#arrived]; next !== undefined && next.first <= slot; ) {
      this.#arrive(next, this.#slotMs(next.first));
      this.#arrived += 1;
      next = this.#arriving[this.#arrived];
    }
  }

  #arrive(session: SlotSession, atMs: number): void {
    const of = { ...this.#ref(session.evse), sessionId: sessionId(`session-${session.index}`), atMs: epochMs(atMs) };
    this.#take({ kind: 'session-started', ...of });
    this.#take({
      kind: 'transaction-opened',
      ...of,
      transactionId: txOf(session),
      authorized: true,
      meterStart: wattHours(0),
    });
    const truth = { departMin: session.end * SLOT_MIN, energyKwh: session.needWh / 1_000 };
    const { energyKwh: askedKwh, departMin } = this.#knows === 'truth' ? truth : session.claim;
    if (askedKwh === undefined && departMin === undefined) return;
    const energyKwh = askedKwh ?? ASSUMED_KWH;
    const departureAtMs = departMin === undefined ? undefined : this.#at.startsAtMs + Math.round(departMin * 60_000);
    this.#take({
      ...{ kind: 'charging-requested', ...of, energy: wattHours(Math.round(energyKwh * 1_000)) },
      ...(departureAtMs === undefined ? {} : { departureAtMs: epochMs(departureAtMs) }),
      ...(session.discharge === undefined || this.#at.gives !== true ? {} : { discharge: offerOf(session.discharge) }),
    });
  }

  #leave(session: SlotSession, atMs: number): void {
    const of = { ...this.#ref(session.evse), sessionId: sessionId(`session-${session.index}`), atMs: epochMs(atMs) };
    this.#take({ kind: 'transaction-closed', ...of, transactionId: txOf(session) });
    this.#take({ kind: 'session-ended', ...of });
    this.#commit(session.evse, deciAmps(0), atMs);
  }

  #sample(standing: Standing, nowMs: number): void {
    const { place, session, full } = standing;
    const evse = this.#evses[session.evse];
    if (evse === undefined) throw new Error(`session ${session.index} is at no EVSE of the site`);
    const atMs = epochMs(nowMs);
    this.#take(sampleOf(evse, standing, atMs));
    if (full === this.#full.has(place)) return;
    if (full) this.#full.add(place);
    else this.#full.delete(place);
    const state = full ? 'suspended-ev' : 'charging';
    const { stationId, evse: number } = evse;
    this.#take({
      ...{ kind: 'charging-state-reported', stationId, evse: number, state, atMs },
      transactionId: txOf(session),
    });
  }

  /** Told and obeyed at once: what a dispatcher adds in time is no part of this comparison. */
  #commit(evse: number, limit: DeciAmps, atMs: number, discharge?: DeciAmps): void {
    this.#told.set(evse, limit);
    if (discharge === undefined) this.#giving.delete(evse);
    else this.#giving.set(evse, discharge);
    this.#take({
      ...{ kind: 'committed-changed', ...this.#ref(evse), committed: limit, commanded: limit, atMs: epochMs(atMs) },
      members: [{ kind: 'acknowledged', limit }],
      ...(discharge === undefined ? {} : { discharge }),
    });
  }

  #ref(evse: number): Pick<EvseModel, 'stationId' | 'evse'> {
    const found = this.#evses[evse];
    if (found === undefined) throw new Error(`the site has no EVSE ${evse}`);
    return { stationId: found.stationId, evse: found.evse };
  }

  #take(fact: Fact): void {
    const standing = { model: this.#at.site, state: this.#state, decidedAtMs: this.#decidedAtMs };
    this.#state = evolve(this.#state, fact);
    const of = 'evse' in fact ? evseId(fact.stationId, fact.evse) : undefined;
    this.#bears ||= bearsOnDecision(standing, this.#state, of);
  }
}
