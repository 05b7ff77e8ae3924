/** One sampled value in OCPP's words, defaults of the standard filled in. */
export interface SampledText {
  readonly value: string;
  readonly measurand: string;
  readonly phase: string;
  readonly unit: string;
  readonly multiplier: number;
  readonly location: string;
}

const REGISTER = 'energy.active.import.register';
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['wh', 1],
  ['kwh', 1_000],
]);
/** More than any meter counts: such a value is a fault of the meter. */
export const MAX_REGISTER_WH = 1e12;
const MAX_MULTIPLIER = 9;
const DECIMAL = /^[+-]?(\d{1,15})(\.\d{1,15})?$/;

/** Whether a text is that word, whatever its case (H39). `word` is in lower case. */
const isWord = (text: string, word: string): boolean => text.length === word.length && text.toLowerCase() === word;

/** The total import register of the outlet in whole Wh, or undefined where the value is none. Never throws (H37). */
export function registerWh(text: SampledText): number | undefined {
  if (text.phase !== '') return undefined;
  // H35: a value without a measurand is the register.
  if (text.measurand !== '' && !isWord(text.measurand, REGISTER)) return undefined;
  if (text.location !== '' && !isWord(text.location, 'outlet')) return undefined;
  const factor = FACTORS.get(text.unit.toLowerCase());
  if (factor === undefined || !DECIMAL.test(text.value.trim())) return undefined;
  if (!Number.isInteger(text.multiplier) || Math.abs(text.multiplier) > MAX_MULTIPLIER) return undefined;
  const wh = Math.round(Number(text.value) * factor * 10 ** text.multiplier);
  return wh >= 0 && wh <= MAX_REGISTER_WH ? wh : undefined;
}
