/** Whole numbers as an array literal: pg's own encoder cannot say null inside and costs more (OW-67). */
export const numbers = (values: readonly (number | undefined)[]): string =>
  `{${values.map((value) => value ?? 'null').join(',')}}`;
