import { deciAmps, type GridPhase, type TransactionId } from '@headroom/kernel';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { withDischarge } from '../domain/back-set.ts';
import type { ProfilePlan } from '../domain/plan-of.ts';
import { Bench } from './bench.ts';
import { type BenchOptions, evseNumber, gridOf, SITE, stationNumber, transactionOf } from './bench-site.ts';

/** What a station does with its socket: it may keep a command, refuse it, or lose it or its answer. */
export type Fate = 'accepts' | 'accepts-unheard' | 'rejects' | 'lost' | 'never-written' | 'verdict-unknown';

/**
 * How many conductors a car uses. `late`: its relays close one after the other, within `WAKES_WITHIN_MS`. `unreported`:
 * it uses three, but its station reports L1 only (H41).
 */
export type Car = 'three' | 'single' | 'late' | 'unreported';
export const WAKES_WITHIN_MS = 15_000;

/** What targets come down to, with nobody alive to say so. */
export interface Announced {
  readonly inMs: number;
  readonly targetsA: readonly number[];
}

/** Of a decision: what the grid connection may draw, summed over the phases, from now on, or from a known instant on; and its leases. */
export interface GridLimits {
  readonly leaseS?: number;
  readonly givesA?: readonly number[];
  readonly powerW?: number;
  readonly drop?: { readonly atMs: number; readonly powerW: number };
}

/** The most between a station's Accepted and its obedience. */
export const LATEST_MS = 5_000;
/** Instants that are looked at while time passes. */
const LOOK_EVERY_MS = 5_000;

/** One station as firmware is: in order, saying Accepted at once, obeying some time later. Amperes in tenths. */
class LateStation {
  readonly inbox: IntendedCommand[] = [];
  readonly pending: { readonly profile: ProfilePlan; readonly acceptedAtMs: number }[] = [];
  connected = true;
  installed: number;
  lease: ProfilePlan | undefined;
  transaction: TransactionId | undefined;
  startedAtMs = 0;
  car: Car = 'three';
  keeps = false; // H89: it goes on with a lease that is over.
  /** It takes no profile of two periods. */
  singlePeriod = false;
  /** Since when its car draws; undefined: it never did. */
  flowsSinceMs: number | undefined;
  round = 1;
  skewMs: number;

  constructor(installed: number, skewMs: number) {
    this.installed = installed;
    this.skewMs = skewMs;
  }

  /** What it may draw by its profiles at this instant; with nothing plugged in, what a new car would get at once. */
  obeys(nowMs: number): number {
    const terms = this.lease?.lease;
    if (terms === undefined || terms.transactionId !== this.transaction) return this.installed;
    const { startScheduleMs } = terms;
    const elapsedMs = startScheduleMs === undefined ? nowMs - this.startedAtMs : nowMs + this.skewMs - startScheduleMs;
    const isActive = elapsedMs >= 0 && (this.keeps || elapsedMs < terms.durationS * 1_000);
    if (!isActive) return this.installed;
    return this.lease?.periods.findLast(({ startS }) => elapsedMs >= startS * 1_000)?.amount ?? 0;
  }

  /** Conductors of its socket that carry what it obeys. */
  conductors(nowMs: number): number {
    if (this.transaction === undefined) return 0;
    if (this.flowsSinceMs === undefined && this.obeys(nowMs) > 0) this.flowsSinceMs = nowMs;
    if (this.car === 'single') return 1;
    return this.car === 'late' && nowMs - (this.flowsSinceMs ?? nowMs) < WAKES_WITHIN_MS ? 1 : 3;
  }

  obeyNext(): void {
    const next = this.pending.shift()?.profile;
    if (next === undefined) return;
    if (next.purpose === 'fallback') this.installed = next.periods[0]?.amount ?? 0;
    else if (next.lease?.transactionId === this.transaction) this.lease = next;
  }
}

/** A wrong rule, as a change of what the dispatcher knows after everything that happens. */
export type Mutation = (bench: Bench, number: number) => void;

/** The dispatcher's shard against stations that obey late. Everything that happens is asked for by the test. */
export class LateWorld {
  readonly bench: Bench;
  readonly stations: readonly LateStation[];
  readonly ratingDeciA: number;
  readonly #mutate: Mutation | undefined;

  constructor(
    options: BenchOptions & Required<Pick<BenchOptions, 'stations' | 'ratingA' | 'fallbackA'>>,
    skewsMs: readonly number[],
    mutate?: Mutation,
    cars: readonly Car[] = [],
  ) {
    this.bench = new Bench(options);
    this.ratingDeciA = options.ratingA * 10;
    this.#mutate = mutate;
    this.stations = Array.from(
      { length: options.stations },
      (_, index) => new LateStation(options.fallbackA * 10, skewsMs[index] ?? 0),
    );
    this.stations.forEach((station, index) => this.bench.boot(index + 1, station.skewMs));
    this.settle();
    this.stations.forEach((_, index) => this.plugIn(index + 1, cars[index]));
    this.pass();
  }

  station(number: number): LateStation {
    const station = this.stations[number - 1];
    if (station === undefined) throw new RangeError(`no station ${number}`);
    return station;
  }

  pass(): void {
    this.#mutateAll();
    for (const command of this.bench.pass()) {
      const number = this.stations.findIndex((_, index) => stationNumber(index + 1) === command.intent.stationId) + 1;
      if (this.station(number).connected) this.station(number).inbox.push(command);
    }
    this.#mutateAll();
  }

  #mutateAll(): void {
    if (this.#mutate === undefined) return;
    for (let number = 1; number <= this.stations.length; number += 1) this.#mutate(this.bench, number);
  }

  /** The oldest command of its socket. */
  meets(number: number, fate: Fate): void {
    const station = this.station(number);
    const command = station.inbox.shift();
    if (command === undefined) return;
    if (fate === 'never-written') this.bench.answer(command, 'never-written');
    if (fate === 'verdict-unknown') this.bench.answer(command, 'unanswered');
    if (fate === 'never-written' || fate === 'lost') return;
    const { profile } = command.command;
    const isForeign = profile.lease !== undefined && profile.lease.transactionId !== station.transaction;
    const isRefused = station.singlePeriod && profile.periods.length > 1;
    if (fate === 'rejects' || isForeign || isRefused) return this.bench.answer(command, 'rejected');
    station.pending.push({ profile, acceptedAtMs: this.bench.nowMs });
    if (fate === 'accepts') this.bench.answer(command);
  }

  sample(number: number): void {
    const station = this.station(number);
    if (!station.connected || station.transaction === undefined) return;
    const amps = station.obeys(this.bench.nowMs) / 10;
    const conductors = station.conductors(this.bench.nowMs);
    const currents = { l1: amps, l2: conductors > 1 ? amps : 0, l3: conductors > 2 ? amps : 0 };
    this.bench.measurePhases(number, station.car === 'unreported' ? { l1: amps } : currents, { offered: amps });
    this.#showTime(number);
  }

  #showTime(number: number): void {
    const stationTimeMs = this.bench.nowMs + this.station(number).skewMs;
    this.bench.take({ kind: 'station-time-seen', ...this.bench.of(number), stationTimeMs });
  }

  /** An answer has told it the time, and its next message shows that. */
  setRight(number: number): void {
    const station = this.station(number);
    if (!station.connected) return;
    station.skewMs = 0;
    this.#showTime(number);
  }

  disconnect(number: number): void {
    const station = this.station(number);
    station.connected = false;
    station.inbox.length = 0;
    this.bench.disconnect(number);
  }

  reconnect(number: number): void {
    const station = this.station(number);
    if (station.connected) return;
    station.connected = true;
    this.bench.connect(number, station.skewMs);
  }

  /** It keeps the permanent profile, as OCPP wants, and forgets its leases. */
  reboot(number: number): void {
    const station = this.station(number);
    this.disconnect(number);
    while (station.pending.length > 0) station.obeyNext();
    station.lease = undefined;
    station.connected = true;
    this.bench.boot(number, station.skewMs);
  }

  plugIn(number: number, car: Car = 'three'): void {
    const station = this.station(number);
    if (station.transaction !== undefined || !station.connected) return;
    station.transaction = transactionOf(number, station.round);
    station.car = car;
    station.flowsSinceMs = undefined;
    station.startedAtMs = this.bench.nowMs;
    this.bench.startTransaction(number, station.round);
  }

  unplug(number: number): void {
    const station = this.station(number);
    if (station.transaction === undefined || !station.connected) return;
    station.transaction = undefined;
    station.lease = undefined;
    this.bench.endTransaction(number, station.round);
    station.round += 1;
  }

  decide(targetsA: readonly number[], later?: Announced, { powerW, drop, leaseS, givesA = [] }: GridLimits = {}): void {
    const targets = this.stations.flatMap(({ transaction }, index) =>
      transaction === undefined
        ? []
        : [
            [
              evseNumber(index + 1),
              {
                limit: deciAmps((targetsA[index] ?? 0) * 10),
                ...(later === undefined ? {} : { later: this.#later(later, index) }),
                ...withDischarge(deciAmps((givesA[index] ?? 0) * 10)),
                transactionId: transaction,
              },
            ] as const,
          ],
    );
    this.bench.take({
      kind: 'decision-made',
      siteId: SITE,
      epoch: 1,
      seq: (this.bench.site.decision?.seq ?? 0) + 1,
      validUntilMs: this.bench.nowMs + 120_000,
      targets: new Map(targets),
      ...(powerW === undefined ? {} : { limits: gridOf(powerW) }),
      ...(drop === undefined ? {} : { drop: { atMs: drop.atMs, limits: gridOf(drop.powerW) } }),
      ...(leaseS === undefined ? {} : { leaseS }),
    });
  }

  #later({ inMs, targetsA }: Announced, index: number) {
    return { fromMs: this.bench.nowMs + inMs, limit: deciAmps((targetsA[index] ?? 0) * 10) };
  }

  /** Everything is answered, obeyed and measured. */
  settle(): void {
    this.pass();
    for (let number = 1; number <= this.stations.length; number += 1) {
      const station = this.station(number);
      while (station.inbox.length > 0) this.meets(number, 'accepts');
      while (station.pending.length > 0) station.obeyNext();
    }
    this.wait(1_000);
    for (let number = 1; number <= this.stations.length; number += 1) this.sample(number);
  }

  /** Time passes; `look` is called at every instant at which something may have changed. */
  wait(ms: number, look: () => void = () => undefined): void {
    const endMs = this.bench.nowMs + ms;
    while (this.bench.nowMs < endMs) {
      this.bench.after(Math.min(LOOK_EVERY_MS, endMs - this.bench.nowMs));
      for (const station of this.stations) {
        while ((station.pending[0]?.acceptedAtMs ?? Infinity) <= this.bench.nowMs - LATEST_MS) {
          station.obeyNext();
          look();
        }
      }
      look();
    }
  }

  /** The most that may flow on a grid phase: what the cars draw there, or the next ones under what is installed. */
  mostOn(phase: GridPhase): number {
    return this.stations.reduce((sum, station, index) => {
      const at = this.bench.site.model?.evses.get(evseNumber(index + 1))?.phases.indexOf(phase) ?? 0;
      const drawn = at < station.conductors(this.bench.nowMs) ? station.obeys(this.bench.nowMs) : 0;
      return sum + Math.max(drawn, station.installed);
    }, 0);
  }

  /** The same over all phases: one socket has one car. */
  mostOverall(): number {
    const { nowMs } = this.bench;
    return this.stations.reduce(
      (sum, station) => sum + Math.max(station.conductors(nowMs) * station.obeys(nowMs), 3 * station.installed),
      0,
    );
  }

  obeyedDeciA(): number {
    return this.stations.reduce((sum, station) => sum + station.obeys(this.bench.nowMs), 0);
  }
}
