/** A whole number on the wire; undefined, which is not written, where it is not known. */
export const whole = (value: number | undefined): bigint | undefined =>
  value === undefined ? undefined : BigInt(value);
