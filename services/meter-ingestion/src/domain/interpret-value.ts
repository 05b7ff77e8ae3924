import { parseDecimal } from './parse-decimal.ts';
import type { SampledText } from './samples.ts';

export type Quantity =
  | 'current'
  | 'given'
  | 'offered'
  | 'power'
  | 'givenPower'
  | 'energy'
  | 'exported'
  | 'soc'
  | 'voltage';
/** `sum`: the station named no phase. */
export type ValuePhase = 'l1' | 'l2' | 'l3' | 'sum';

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

/** What words mean, as the standard spells them and in whatever case (H39): stations write `Current.import` too. */
class Words<T> {
  readonly #meanings = new Map<string, T>();

  constructor(meanings: Readonly<Record<string, T>>) {
    for (const [word, meaning] of Object.entries(meanings)) {
      this.#meanings.set(word, meaning);
      this.#meanings.set(word.toLowerCase(), meaning);
    }
  }
  get(word: string): T | undefined {
    return this.#meanings.get(word) ?? this.#meanings.get(word.trim().toLowerCase());
  }
}

/** Empty: the standard's default (H35). */
const QUANTITIES = new Words<Quantity>({
  '': 'energy',
  'Energy.Active.Import.Register': 'energy',
  'Energy.Active.Export.Register': 'exported',
  'Current.Import': 'current',
  'Current.Export': 'given',
  'Current.Offered': 'offered',
  'Power.Active.Import': 'power',
  'Power.Active.Export': 'givenPower',
  SoC: 'soc',
  Voltage: 'voltage',
});

interface UnitRule {
  readonly factor: number;
  readonly doubtful: boolean;
}
const exact = (factor: number): UnitRule => ({ factor, doubtful: false });
const guessed = (factor: number): UnitRule => ({ factor, doubtful: true });

const ENERGY = new Words({ '': exact(1), Wh: exact(1), kWh: exact(1000), W: guessed(1), kW: guessed(1000) });

const UNITS: Readonly<Record<Quantity, Words<UnitRule>>> = {
  current: new Words({ '': exact(1), A: exact(1), mA: guessed(0.001) }),
  given: new Words({ '': exact(1), A: exact(1), mA: guessed(0.001) }),
  offered: new Words({ '': exact(1), A: exact(1) }),
  // H36: power in "Wh" is power all the same; the measurand is trusted before the unit.
  power: new Words({ '': exact(1), W: exact(1), kW: exact(1000), Wh: guessed(1), kWh: guessed(1000) }),
  givenPower: new Words({ '': exact(1), W: exact(1), kW: exact(1000) }),
  energy: ENERGY,
  exported: ENERGY,
  soc: new Words({ '': exact(1), Percent: exact(1), '%': exact(1) }),
  voltage: new Words({ '': exact(1), V: exact(1), kV: exact(1000) }),
};

/** What an AC or DC outlet can show at all; a value outside is a fault of the meter and dropped. */
const BOUNDS: Readonly<Record<Quantity, readonly [number, number]>> = {
  current: [-0.5, 2_000],
  given: [-0.5, 2_000],
  offered: [0, 2_000],
  power: [-500, 2_000_000],
  givenPower: [-500, 2_000_000],
  energy: [0, 1e12],
  exported: [0, 1e12],
  soc: [0, 100],
  voltage: [0, 2_000],
};
const MAX_MULTIPLIER = 9;

const PHASES = new Words<ValuePhase>({
  '': 'sum',
  L1: 'l1',
  L2: 'l2',
  L3: 'l3',
  'L1-N': 'l1',
  'L2-N': 'l2',
  'L3-N': 'l3',
});
const DISTANCES = new Words<number>({ '': 0, Outlet: 0, Cable: 0, EV: 1, Body: 2, Inlet: 3 });
const UNKNOWN_PLACE = 2;

/**
 * Reads one sampled value by itself, so that a bad one spoils no other (H37). Never throws.
 *
 * @param givesBack what is said of a car that gives back is of use here
 */
export function interpretValue(text: SampledText, givesBack = false): Interpretation {
  const quantity = QUANTITIES.get(text.measurand);
  if (quantity === undefined || (quantity === 'exported' && !givesBack)) return { kind: 'ignored' };
  // Interpretation: line-to-line and neutral values say nothing about one conductor of ours (H38).
  const phase = PHASES.get(text.phase);
  if (phase === undefined) return { kind: 'ignored' };
  const unit = UNITS[quantity].get(text.unit);
  const number = parseDecimal(text.value);
  if (unit === undefined || number === undefined) return { kind: 'dropped' };
  if (!Number.isInteger(text.multiplier) || Math.abs(text.multiplier) > MAX_MULTIPLIER) return { kind: 'dropped' };
  const value = number * unit.factor * 10 ** text.multiplier;
  const [least, most] = BOUNDS[quantity];
  if (!(value >= least && value <= most)) return { kind: 'dropped' };
  const distance = DISTANCES.get(text.location) ?? UNKNOWN_PLACE;
  return { kind: 'value', value: { quantity, phase, value, distance, doubtful: unit.doubtful } };
}
