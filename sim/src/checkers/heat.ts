import type { SiteDocument } from '../documents.ts';
import { deratedRowsOf, partAt } from './derated-rows.ts';
import type { RowLimits } from './row-limits.ts';
import type { SiteRow } from './site-facts.ts';

/** How hot it is, C, by the names of the sensors: as it is, whatever they say of it. */
export type Degrees = ReadonlyMap<string, number>;

/** What the circuits of a site bear at the temperatures of this instant (LC2). */
export interface Heat {
  look(nowMs: number, degrees: Degrees): void;
  /** The part of its limit that a row bears now, 0 to 1. */
  bears(row: Pick<SiteRow, 'name'>): number;
  /** The same with no more of a rise than its operator's word, until everybody has had the time to react to the rest. */
  reacted(row: Pick<SiteRow, 'name'>): number;
  /** How many times it was another one. */
  changes(): number;
}

export interface HeatOptions {
  readonly document: SiteDocument;
  /** After a rise beyond the word everybody has made room for it within this time. Absent: the word is kept. */
  readonly reactsWithinMs?: number;
}

/**
 * Nothing is excused while the word is kept: room for a rise is kept beforehand, and so a sensor that is silent, a decrease that is lost and a
 * platform that is dead are no reasons. Who bears what is read in the document, and no reading counts here.
 */
export function createHeat({ document, reactsWithinMs }: HeatOptions): Heat {
  const derated = deratedRowsOf(document);
  const tables = [...new Set(derated.values())];
  const kept: { readonly atMs: number; readonly degrees: Degrees }[] = [];
  let now: Degrees = new Map();
  /** By sensor, as far as it is within the word. */
  let counted: Degrees = now;
  let changes = 0;
  const partIn = ({ name }: Pick<SiteRow, 'name'>, degrees: Degrees): number => {
    const derating = derated.get(name);
    if (derating === undefined) return 1;
    // Before anybody looked it may be as hot as it gets.
    return partAt(derating, degrees.get(derating.sensor) ?? Number.POSITIVE_INFINITY);
  };
  const withinWord = (nowMs: number, withinMs: number): Degrees => {
    kept.push({ atMs: nowMs, degrees: now });
    // The last one that is old enough says what has stood for all of that time.
    while ((kept[1]?.atMs ?? nowMs) <= nowMs - withinMs) kept.shift();
    return new Map(
      tables.map(({ sensor, risesAtMostC }) => {
        const coldest = kept.reduce((least, each) => Math.min(least, each.degrees.get(sensor) ?? least), Infinity);
        return [sensor, Math.min(now.get(sensor) ?? Infinity, coldest + risesAtMostC)] as const;
      }),
    );
  };
  return {
    look(nowMs, degrees) {
      const before = now;
      now = degrees;
      counted = reactsWithinMs === undefined ? now : withinWord(nowMs, reactsWithinMs);
      if (before.size === 0) return;
      changes += tables.filter(({ sensor, steps }) => {
        const [was = 0, is = 0] = [before.get(sensor), now.get(sensor)];
        return was !== is && partAt({ steps }, was) !== partAt({ steps }, is);
      }).length;
    },
    bears: (row) => partIn(row, now),
    reacted: (row) => partIn(row, counted),
    changes: () => changes,
  };
}

/** What may hold, or is in force, at the temperature of now; `part` says of which. */
export const heated = (limits: RowLimits, part: (row: SiteRow) => number): RowLimits => ({
  mayHold: (row, atMs) => limits.mayHold(row, atMs) * part(row),
  inForce: (row, atMs) => limits.inForce(row, atMs) * part(row),
});
