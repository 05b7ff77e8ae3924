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
import { type DeciAmps, deciAmps, epochMs, evseId, sessionId, wattHours } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { SLOT_MIN, type SlotSession, type SlottedDay } from '../site/slotted.ts';
import { ASSUMED_KWH, offerOf, sampleOf, txOf } from './ours-facts.ts';
import type { DayAtSite, Known, PlanDesk } from './day-at-site.ts';
import type { Allocator, AwaitedPolicy, Knowledge, SlotPolicy, Standing } from './policy.ts';

/** Often while things move, then seldom: increases wait for 10 s (OD5), and what a car takes is learned in a minute (UD2). */
const ASKED_AT_S = [0, 15, 30, 45, 60, 90, 120, 180, 240];

/** The pure decision of the allocation-optimizer, with facts as the platform would tell them and a dispatcher that never fails. */
export const oursAt = <D extends SlottedDay>(name: string, at: (day: D) => DayAtSite): SlotPolicy<D> => ({
  name,
  askedAtS: ASKED_AT_S,
  begin: (day, knows) => {
    const run = new OurDay(day, knows, at(day));
    return (instant, standing) => run.allocate(instant, standing);
  },
});

/** The same along plans that another thread makes; each run of a day has its own desk. */
export const oursAlongPlans = <D extends SlottedDay>(
  name: string,
  at: (day: D) => DayAtSite & { readonly desk: PlanDesk },
): AwaitedPolicy<D> => ({
  name,
  askedAtS: ASKED_AT_S,
  begin: (day, knows) => {
    const here = at(day);
    const run = new OurDay(day, knows, here);
    return (instant, standing) => run.allocateAlong(instant, standing, here.desk);
  },
});

type Instant = Parameters<Allocator>[0];
type Offers = ReturnType<Allocator>;

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

  /** The plan that is being made. */
  #asked: Promise<Fact | undefined> | undefined;

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

  allocate(at: Instant, standing: readonly Standing[]): Offers {
    if (this.#rests(at, standing)) return this.#offers;
    this.#hear(at, standing);
    const planned = at.seconds === 0 && standing.length > 0 ? this.#at.plan?.(this.#known(at)) : undefined;
    if (planned !== undefined) this.#take(planned);
    return this.#decide(at, standing);
  }

  /**
   * Along plans that another thread makes. One is asked for when a slot has begun and was decided on, of what is known then, and is
   * followed from the next instant on: a slot begins with whoever came or left, so that is the period of plans and all that asks for one.
   */
  async allocateAlong(at: Instant, standing: readonly Standing[], desk: PlanDesk): Promise<Offers> {
    const made = await this.#asked;
    this.#asked = undefined;
    if (made === undefined && this.#rests(at, standing)) return this.#offers;
    this.#hear(at, standing);
    if (made !== undefined) this.#take(made);
    desk.hear(this.#known(at));
    const offers = this.#decide(at, standing);
    if (at.seconds === 0 && standing.length > 0) this.#asked = desk.ask(this.#known(at));
    return offers;
  }

  #known({ slot, seconds }: Instant): Known {
    const nowMs = epochMs(this.#slotMs(slot) + seconds * 1_000);
    return { site: this.#at.site, state: this.#state, memory: this.#memory, nowMs };
  }

  #rests({ seconds }: Instant, standing: readonly Standing[]): boolean {
    return seconds !== 0 && this.#at.rests === true && !this.#moved && !this.#drawsOtherwise(standing);
  }

  #hear(at: Instant, standing: readonly Standing[]): void {
    const { nowMs } = this.#known(at);
    if (at.seconds === 0) this.#movements(at.slot);
    for (const { meterId, current } of this.#at.readings(at.slot)) {
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
  }

  #decide(at: Instant, standing: readonly Standing[]): Offers {
    const { nowMs, site } = this.#known(at);
    // Where neither a fact nor the time can have made anything otherwise the optimizer itself lets its decision stand.
    const nobodyWants = this.#at.rests === true && standing.every(({ place }) => this.#full.has(place));
    if (!this.#bears && (nowMs < this.#quietUntilMs || nobodyWants)) {
      this.#memory = rested(this.#memory, nowMs);
      this.#moved = false;
      return this.#offers;
    }
    const before = this.#memory;
    const { decision, memory } = decide(site, this.#state, before, nowMs);
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
