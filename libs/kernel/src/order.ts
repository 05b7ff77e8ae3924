/** Total order of text by UTF-16 code units: the same on every machine, unlike `localeCompare`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
