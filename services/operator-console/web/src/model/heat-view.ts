import { age, amperes, celsius, decimal, type Quantity, THIN_SPACE, unitsKept } from './format.ts';
import { type Freshness, runningAge } from './freshness.ts';
import type { CircuitHeat, LiveSite, PerPhase } from './live-site.ts';

/** How hot a circuit is and what it bears at that, as the page says it. */
export interface HeatView {
  readonly temperature: Quantity;
  readonly freshness: Freshness;
  /** "12 s ago", or for how long its sensor is silent. */
  readonly ageWords: string;
  readonly measuredAtMs: number | null;
  /** "Bears 90 % (144 A)." */
  readonly bearsWords: string;
  readonly sentence: string;
}

/** LK16: of a silent sensor no number stands there any more; what it said last is told with its age. */
export function heatView(heat: CircuitHeat, sinceReceivedMs: number): HeatView {
  const ageMs = runningAge(heat.ageMs, sinceReceivedMs);
  return {
    temperature: celsius(heat.silent ? null : heat.temperatureC),
    freshness: heat.silent ? 'gone' : 'fresh',
    ageWords: ageWords(heat, ageMs),
    measuredAtMs: heat.measuredAtMs,
    bearsWords: `Bears ${bearsWords(heat)}.`,
    sentence: unitsKept(heat.sentence),
  };
}

function ageWords({ silent, temperatureC }: CircuitHeat, ageMs: number | null): string {
  if (ageMs === null) return 'not heard yet';
  if (!silent) return `${age(ageMs)} ago`;
  const { value, unit } = celsius(temperatureC);
  return `silent for ${age(ageMs)}, ${value}${THIN_SPACE}${unit} before`;
}

/** "90 % (144 A)"; without the amperes while the site document is not known. */
export function bearsWords({ bearsPercent, bears }: Pick<CircuitHeat, 'bearsPercent' | 'bears'>): string {
  const percent = `${decimal(bearsPercent, 0)}${THIN_SPACE}%`;
  return bears === null ? percent : `${percent} (${phasesWords(bears)})`;
}

/** One number where all phases are equal. */
export function phasesWords({ l1A, l2A, l3A }: PerPhase): string {
  const each = new Set([l1A, l2A, l3A]).size === 1 ? [l1A] : [l1A, l2A, l3A];
  return `${each.map((amps) => amperes(amps).value).join(' / ')}${THIN_SPACE}A`;
}

/** A sensor that has said nothing for longer than it may, and the circuits that count as hot for it. */
export interface SilentSensor {
  readonly sensor: string;
  /** Null: it was never heard. */
  readonly ageMs: number | null;
  readonly circuits: readonly { readonly name: string; readonly heat: CircuitHeat }[];
}

/** In the order of the site document. */
export function silentSensors(
  { circuits }: Pick<LiveSite, 'circuits'>,
  sinceReceivedMs: number,
): readonly SilentSensor[] {
  const silent = circuits.flatMap(({ name, heat }) => (heat !== null && heat.silent ? [{ name, heat }] : []));
  return [...Map.groupBy(silent, ({ heat }) => heat.sensor)].map(([sensor, ofSensor]) => ({
    sensor,
    ageMs: runningAge(ofSensor[0]?.heat.ageMs ?? null, sinceReceivedMs),
    circuits: ofSensor,
  }));
}
