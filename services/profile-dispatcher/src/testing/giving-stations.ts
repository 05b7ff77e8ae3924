import type { GridPhase } from '@headroom/kernel';
import type { ProfilePlan } from '../domain/plan-of.ts';
import { evseNumber } from './bench-site.ts';
import { type Fate, LateWorld, type Mutation } from './late-stations.ts';

/**
 * `stubborn`: its car may give back what any profile said that it ever accepted, until that is over by its own clock, and it never tells how
 * much. `late`: it follows the newest that it has come to obey, and tells what flows back.
 */
export type GivingStation = 'stubborn' | 'late';

export interface GivingSite {
  readonly stations: number;
  readonly ratingA: number;
  readonly fallbackA: number;
  readonly givesA: number;
  readonly feederA: number;
  readonly sourceA: number;
  readonly exportW: number;
  /** What the building draws, all the time, and its meter shows. */
  readonly buildingA: number;
}

const VOLTAGE_V = 230;
const PHASES: readonly GridPhase[] = ['l1', 'l2', 'l3'];
/** Whose cars hang on the feeder: its own count, not that of the model. */
const ON_FEEDER = [1, 2];

/** Stations whose cars give back, and what may flow at the worst: reckoned from what they took, by rules of its own. */
export class GivingWorld extends LateWorld {
  readonly #site: GivingSite;
  readonly #kinds: readonly GivingStation[];
  readonly #accepted: { readonly number: number; readonly profile: ProfilePlan }[] = [];

  constructor(site: GivingSite, kinds: readonly GivingStation[], skewsMs: readonly number[], mutate?: Mutation) {
    const { buildingA } = site;
    super({ ...site, worstLoadA: buildingA, riseA: 0 }, skewsMs, mutate);
    this.#site = site;
    this.#kinds = kinds;
  }

  override meets(number: number, fate: Fate): void {
    // What is asked of it while it is being made gives nothing back.
    if (!(#accepted in this)) return super.meets(number, fate);
    const { inbox, pending } = this.station(number);
    const [next] = inbox;
    const before = pending.length;
    super.meets(number, fate);
    if (next !== undefined && pending.length > before) this.#accepted.push({ number, profile: next.command.profile });
  }

  override pass(): void {
    if (#site in this) this.bench.readMeter(this.#site.buildingA);
    super.pass();
  }

  override sample(number: number): void {
    super.sample(number);
    const station = this.station(number);
    if (
      !(#kinds in this) ||
      this.#kinds[number - 1] !== 'late' ||
      !station.connected ||
      station.transaction === undefined
    )
      return;
    this.bench.after(1);
    this.bench.measurePhases(number, {}, { givenA: this.givenDeciA(number) / 10 });
  }

  /** What flows back at a station at the worst, in deci-amps of each phase. */
  givenDeciA(number: number): number {
    const { lease } = this.station(number);
    const may = this.#kinds[number - 1] === 'late' ? (lease === undefined ? [] : [lease]) : this.#acceptedBy(number);
    return may.reduce((most, profile) => Math.max(most, this.#givesNow(number, profile)), 0);
  }

  readonly #acceptedBy = (number: number): readonly ProfilePlan[] =>
    this.#accepted.flatMap((each) => (each.number === number ? [each.profile] : []));

  #givesNow(number: number, { lease: terms, periods }: ProfilePlan): number {
    const { transaction, skewMs } = this.station(number);
    if (terms === undefined || terms.transactionId !== transaction) return 0;
    const elapsedMs = this.bench.nowMs + skewMs - (terms.startScheduleMs ?? 0);
    if (elapsedMs >= terms.durationS * 1_000) return 0;
    return periods.reduce((most, { discharge = 0 }) => Math.max(most, discharge), 0);
  }

  /** Every row of what flows back that holds more than it may, in words. */
  overflows(): readonly string[] {
    const { stations, ratingA, feederA, sourceA, exportW, buildingA } = this.#site;
    const given = Array.from({ length: stations }, (_, index) => this.givenDeciA(index + 1));
    const sum = (of: readonly number[]): number => of.reduce((total, each) => total + each, 0);
    const onPhase = (phase: GridPhase, numbers: readonly number[]): number =>
      sum(
        numbers.map((number) =>
          this.bench.site.model?.evses.get(evseNumber(number))?.phases.includes(phase) === true
            ? (given[number - 1] ?? 0)
            : 0,
        ),
      );
    const all = given.map((_, index) => index + 1);
    const over = (name: string, flows: number, may: number): readonly string[] =>
      flows > may ? [`${name}: ${flows} of ${may} dA`] : [];
    const out = sum(PHASES.map((phase) => onPhase(phase, all) + sourceA * 10));
    const mayLeave = Math.floor((exportW * 10) / VOLTAGE_V) + PHASES.length * buildingA * 10;
    return [
      ...PHASES.flatMap((phase) => [
        ...over(`grid ${phase}`, onPhase(phase, all) + sourceA * 10, ratingA * 10),
        ...over(`feeder ${phase}`, onPhase(phase, ON_FEEDER), feederA * 10),
      ]),
      ...over('out of the site', out, mayLeave),
    ];
  }
}
