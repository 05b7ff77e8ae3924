/** Values of one label that are kept; what comes beyond is `OTHER`. Labels come from short lists: this is the net below. */
export const MAX_LABEL_VALUES = 100;
export const OTHER = 'other';

/** Series by the value of one label: made at its first use, then kept. Costs one look into a map. */
export function byLabel<Series>(make: (value: string) => Series): (value: string) => Series {
  const known = new Map<string, Series>();
  const keep = (value: string): Series => {
    const series = make(value);
    known.set(value, series);
    return series;
  };
  return (value) => {
    const series = known.get(value);
    if (series !== undefined) return series;
    if (known.size < MAX_LABEL_VALUES) return keep(value);
    return known.get(OTHER) ?? keep(OTHER);
  };
}
