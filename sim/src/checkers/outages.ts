/** When the log could not be read: who acts by it cannot know then what stands in it by now. */
export interface Outages {
  /** From an instant to another (ms since 1970). They may overlap, and come in the order of their beginnings. */
  away(fromMs: number, untilMs: number): void;
  /** The instant (ms since 1970) from which on so many ms have passed until `atMs` in which the log could be read. */
  readableSince(atMs: number, ms: number): number;
}

/** Each of them is over for longer than anybody may act by what he read before it. */
const MAX_KEPT = 20;

export function createOutages(): Outages {
  const outages: { readonly fromMs: number; untilMs: number }[] = [];
  return {
    away(fromMs, untilMs) {
      const last = outages.at(-1);
      if (last !== undefined && last.untilMs >= fromMs) last.untilMs = Math.max(last.untilMs, untilMs);
      else outages.push({ fromMs, untilMs });
      if (outages.length > MAX_KEPT) outages.shift();
    },
    readableSince(atMs, ms) {
      let [fromMs, leftMs] = [atMs, ms];
      for (const outage of outages.toReversed()) {
        if (outage.fromMs >= fromMs) continue;
        const readMs = fromMs - Math.min(outage.untilMs, fromMs);
        if (readMs >= leftMs) break;
        leftMs -= readMs;
        fromMs = outage.fromMs;
      }
      return fromMs - leftMs;
    },
  };
}
