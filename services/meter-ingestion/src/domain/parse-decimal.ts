const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** Longer text is no meter value. */
export const MAX_DECIMAL_LENGTH = 64;

/**
 * The number in a sampled value's text, or undefined (H33, H34): spaces around it are forgiven, and one comma in
 * place of the point. `1,234.5`, `NaN`, `Infinity`, hex and the empty string are no numbers.
 */
export function parseDecimal(text: string): number | undefined {
  if (text.length > MAX_DECIMAL_LENGTH) return undefined;
  const trimmed = text.trim();
  const pointed = trimmed.includes('.') ? trimmed : trimmed.replace(',', '.');
  if (!DECIMAL.test(pointed)) return undefined;
  const value = Number(pointed);
  return Number.isFinite(value) ? value : undefined;
}
