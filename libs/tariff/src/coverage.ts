/** A half-open span of a circle (a day in minutes, a leap year in days); wraps where `until` is not above `from`. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A stretch that is not covered exactly once, with the places of the spans that cover it. */
export interface Uneven {
  readonly from: number;
  readonly until: number;
  readonly owners: readonly number[];
}

/** The one or two parts of a span, none of which wraps. */
export const partsOf = ({ from, until }: Span, size: number): readonly Span[] =>
  (from < until
    ? [{ from, until }]
    : [
        { from: 0, until },
        { from, until: size },
      ]
  ).filter((part) => part.from < part.until);

/** Every gap and overlap of spans that should cover `[0, size)` exactly once, in order. */
export function unevenParts(spans: readonly Span[], size: number): readonly Uneven[] {
  const parts = spans.flatMap((span, owner) => partsOf(span, size).map((part) => ({ ...part, owner })));
  const edges = [...new Set([0, size, ...parts.flatMap(({ from, until }) => [from, until])])].toSorted((a, b) => a - b);
  const uneven: Uneven[] = [];
  for (const [place, until] of edges.entries()) {
    const from = edges[place - 1];
    if (from === undefined) continue;
    const owners = parts.filter((part) => part.from <= from && part.until >= until).map(({ owner }) => owner);
    if (owners.length === 1) continue;
    const before = uneven.at(-1);
    if (before?.until === from && before.owners.join() === owners.join()) {
      uneven[uneven.length - 1] = { ...before, until };
    } else uneven.push({ from, until, owners });
  }
  return uneven;
}
