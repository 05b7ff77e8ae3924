import { parseDecimal } from './parse-decimal.ts';
import type { SampledText } from './samples.ts';

export type Quantity = 'current' | 'offered' | 'power' | 'energy' | 'soc' | 'voltage';
/** `sum`: the station named no phase. */
type ValuePhase = 'l1' | 'l2' | 'l3' | 'sum';

/** A value in its base unit: A, A, W, Wh, percent, V. */
export interface Interpreted {
  readonly quantity: Quantity;
  readonly phase: ValuePhase;
  readonly value: number;
  /** 0: at the outlet. Higher: taken elsewhere, used only where the outlet says nothing. */
  readonly distance: number;
  /** The unit was not one of the measurand's and was read by its meaning (H36). */
  readonly doubtful: boolean;
}

export type Interpretation =
  | { readonly kind: 'value'; readonly value: Interpreted }
  /** Well formed, of no use to us: another measurand, the neutral conductor. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'dropped' };

/** Measurands by lower case: stations write `Current.import` too (H39). Empty: the standard's default (H35). */
const QUANTITIES: ReadonlyMap<string, Quantity> = new Map([
  ['', 'energy'],
  ['energy.active.import.register', 'energy'],
  ['current.import', 'current'],
  ['current.offered', 'offered'],
  ['power.active.import', 'power'],
  ['soc', 'soc'],
  ['voltage', 'voltage'],
]);

interface UnitRule {
  readonly factor: number;
  readonly doubtful: boolean;
}
const exact = (factor: number): UnitRule => ({ factor, doubtful: false });
const guessed = (factor: number): UnitRule => ({ factor, doubtful: true });

const UNITS: Readonly<Record<Quantity, ReadonlyMap<string, UnitRule>>> = {
  current: new Map([
    ['', exact(1)],
    ['a', exact(1)],
    ['ma', guessed(0.001)],
  ]),
  offered: new Map([
    ['', exact(1)],
    ['a', exact(1)],
  ]),
  // H36: power in "Wh" is power all the same; the measurand is trusted before the unit.
  power: new Map([
    ['', exact(1)],
    ['w', exact(1)],
    ['kw', exact(1000)],
    ['wh', guessed(1)],
    ['kwh', guessed(1000)],
  ]),
  energy: new Map([
    ['', exact(1)],
    ['wh', exact(1)],
    ['kwh', exact(1000)],
    ['w', guessed(1)],
    ['kw', guessed(1000)],
  ]),
  soc: new Map([
    ['', exact(1)],
    ['percent', exact(1)],
    ['%', exact(1)],
  ]),
  voltage: new Map([
    ['', exact(1)],
    ['v', exact(1)],
    ['kv', exact(1000)],
  ]),
};

/** What an AC or DC outlet can show at all; a value outside is a fault of the meter and dropped. */
const BOUNDS: Readonly<Record<Quantity, readonly [number, number]>> = {
  current: [-0.5, 2_000],
  offered: [0, 2_000],
  power: [-500, 2_000_000],
  energy: [0, 1e12],
  soc: [0, 100],
  voltage: [0, 2_000],
};
const MAX_MULTIPLIER = 9;

const PHASES: ReadonlyMap<string, ValuePhase> = new Map([
  ['', 'sum'],
  ['l1', 'l1'],
  ['l2', 'l2'],
  ['l3', 'l3'],
  ['l1-n', 'l1'],
  ['l2-n', 'l2'],
  ['l3-n', 'l3'],
]);
const DISTANCES: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['outlet', 0],
  ['cable', 0],
  ['ev', 1],
  ['body', 2],
  ['inlet', 3],
]);
const UNKNOWN_PLACE = 2;

/** Reads one sampled value by itself, so that a bad one spoils no other (H37). Never throws. */
export function interpretValue(text: SampledText): Interpretation {
  const measurand = text.measurand.trim().toLowerCase();
  const quantity = QUANTITIES.get(measurand);
  if (quantity === undefined) return { kind: 'ignored' };
  // Interpretation: line-to-line and neutral values say nothing about one conductor of ours (H38).
  const phase = PHASES.get(text.phase.trim().toLowerCase());
  if (phase === undefined) return { kind: 'ignored' };
  const unit = UNITS[quantity].get(text.unit.trim().toLowerCase());
  const number = parseDecimal(text.value);
  if (unit === undefined || number === undefined) return { kind: 'dropped' };
  if (!Number.isInteger(text.multiplier) || Math.abs(text.multiplier) > MAX_MULTIPLIER) return { kind: 'dropped' };
  const value = number * unit.factor * 10 ** text.multiplier;
  const [least, most] = BOUNDS[quantity];
  if (!(value >= least && value <= most)) return { kind: 'dropped' };
  const distance = DISTANCES.get(text.location.trim().toLowerCase()) ?? UNKNOWN_PLACE;
  return { kind: 'value', value: { quantity, phase, value, distance, doubtful: unit.doubtful } };
}
