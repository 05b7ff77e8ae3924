import type { Chance } from './chance.ts';

/**
 * Kinds of trouble; aimed ones strike where it hurts most (simulation.md 1). Each is on in 40 % of the seeds (those of `SPARSE` in fewer),
 * in each at a rate of its own, and then fires by draws of its own (DS-9).
 */
export const FAULT_CLASSES = [
  'link-loss',
  'gateway-crash',
  'gateway-hang',
  'dispatcher-crash',
  'optimizer-crash',
  'metering-crash',
  'registry-crash',
  'restart',
  'split-brain',
  'shard-move',
  'slow-rpc',
  'slow-move',
  'log-trouble',
  'stuck-append',
  'lost-ack',
  'ack-crash',
  'database-away',
  'lost-commit',
  'live-trouble',
  'blind-crash',
  'station-reboot',
  'profile-loss',
  'outside-limit',
  'foreign-profile',
  'lost-answer',
  'cut-answer',
  'bad-manners',
  'late-apply',
  'meter-loss',
  'word-broken',
  'clock-error',
  'platform-death',
  'deaf-line',
] as const;

export type FaultClass = (typeof FAULT_CLASSES)[number];

const SHARE_OF_SEEDS = 0.4;
/**
 * Of those that leave little room for anything else, or that came later. Their draws have a name of their own and they are no near misses, so
 * that a seed without them is the run that it was before there were any.
 */
const SPARSE: ReadonlySet<FaultClass> = new Set<FaultClass>(['platform-death', 'deaf-line']);
const SPARSE_SHARE = 0.25;
/** A class strikes from a quarter to twice as often as its chances say, as a power of two: what is rare meets what is frequent. */
const RATE_EXPONENT: readonly [number, number] = [-2, 1];
/** However high its rate: who is struck at each step never gets anything done. */
const MOST_CHANCE = 0.5;
/** A seed with fewer is given its nearest misses. */
export const LEAST_CLASSES = 3;

/** What a seed is troubled by, and when. */
export interface Faults {
  readonly classes: ReadonlySet<FaultClass>;
  /** How many times as often as usual each of them strikes in this seed. */
  readonly rates: ReadonlyMap<FaultClass, number>;
  /** True: this one fires now. Counted, and told. */
  fires(fault: FaultClass, which: string, count: number, chance: number): boolean;
  /** A detail of a fault, uniform in [low, high). */
  extent(fault: FaultClass, which: string, count: number, range: readonly [number, number]): number;
  /** True: this one holds from the start to the end (a clock that is always wrong). Counted. */
  holds(fault: FaultClass, which: string): boolean;
  fired(): ReadonlyMap<FaultClass, number>;
  /** Each that fired, in the order of firing. */
  firings(): readonly Firing[];
}

/** One fault that happened. */
export interface Firing {
  /** Its name in this seed; the same in every run of it, whatever else is left out. Without commas and spaces. */
  readonly key: string;
  readonly atMs: number;
}

export interface FaultsOptions {
  /** How many times as often as usual a class strikes. Default: by the seed. */
  readonly rateOf?: (chance: Chance, fault: FaultClass) => number;
  readonly chance: Chance;
  /** Undefined: by the seed. */
  readonly classes: readonly FaultClass[] | undefined;
  /** Whether it is a time for trouble. */
  readonly isOn: () => boolean;
  /** Of firings; undefined: nobody asks. */
  readonly nowMs?: (() => number) | undefined;
  /** Only faults of these keys fire; undefined: whatever is drawn. */
  readonly only?: ReadonlySet<string> | undefined;
}

const keyOf = (fault: FaultClass, which: string, count: number): string =>
  `${fault}:${which.replaceAll(/[\s,]+/g, '_')}:${count}`;

export function classesOf(chance: Chance): ReadonlySet<FaultClass> {
  const ranked = FAULT_CLASSES.filter((name) => !SPARSE.has(name))
    .map((name) => ({ name, draw: chance.draw('class', name, 0) }))
    .toSorted((a, b) => a.draw - b.draw);
  const sparse = [...SPARSE].filter((name) => chance.draw('class of its own', name, 0) < SPARSE_SHARE);
  return new Set([
    ...ranked.filter(({ draw }, index) => draw < SHARE_OF_SEEDS || index < LEAST_CLASSES).map(({ name }) => name),
    ...sparse,
  ]);
}

const drawnRate = (chance: Chance, fault: FaultClass): number =>
  2 ** chance.drawBetween(['rate', fault, 0], ...RATE_EXPONENT);

/** `link-loss x0.5, restart x1.7` */
export const ratesText = (rates: Iterable<readonly [FaultClass, number]>): string =>
  [...rates].map(([name, rate]) => `${name} x${rate.toFixed(1)}`).join(', ');

export function createFaults({ chance, classes, isOn, nowMs, only, rateOf = drawnRate }: FaultsOptions): Faults {
  const on = classes === undefined ? classesOf(chance) : new Set(classes);
  const rates = new Map([...on].map((name) => [name, rateOf(chance, name)]));
  /** Of something that happens once in so many times. */
  const strikes = (fault: FaultClass, which: string, count: number, probability: number): boolean => {
    const atRate = probability * (rates.get(fault) ?? 1);
    return chance.draw(fault, which, count) < Math.min(atRate, Math.max(probability, MOST_CHANCE));
  };
  const fired = new Map<FaultClass, number>();
  const firings: Firing[] = [];
  const happens = (fault: FaultClass, which: string, count: number): boolean => {
    const key = keyOf(fault, which, count);
    if (only !== undefined && !only.has(key)) return false;
    fired.set(fault, (fired.get(fault) ?? 0) + 1);
    firings.push({ key, atMs: nowMs?.() ?? 0 });
    return true;
  };
  return {
    classes: on,
    rates,
    fires: (fault, which, count, probability) =>
      on.has(fault) && isOn() && strikes(fault, which, count, probability) && happens(fault, which, count),
    extent: (fault, which, count, [low, high]) => chance.drawBetween([`${fault} extent`, which, count], low, high),
    holds: (fault, which) =>
      on.has(fault) && chance.draw(fault, which, 0) < (rates.get(fault) ?? 1) && happens(fault, which, 0),
    fired: () => fired,
    firings: () => firings,
  };
}
