import type { Report } from './violation.ts';

/** A record that one service tells in an order that counts, and may tell again. */
export interface ToldRecord {
  /** Where the order counts: topic and key. */
  readonly lane: string;
  readonly eventId: string;
}

export interface OrderChecker {
  /** It stands in the log. */
  stored(nowMs: number, record: ToldRecord): void;
  /** The end: what was told again has come to where it was. */
  conclude(nowMs: number): void;
}

interface Lane {
  /** Which came as the how manieth. */
  readonly places: Map<string, number>;
  /** Of the last record. */
  at: number;
}

/**
 * A relay tells records in order, and begins again where it does not know how far it came: then all that came behind follows
 * once more. A record that stands behind later ones with a gap after it was written by somebody who should have let go of it (Q3):
 * for who reads the newest of a key an old one is the newest.
 */
export function createOrderChecker(report: Report): OrderChecker {
  const lanes = new Map<string, Lane>();
  const tell = (nowMs: number, lane: string, { places, at }: Lane, next: string): void => {
    const later = places.size - 1 - at;
    report({
      checker: 'order',
      atMs: nowMs,
      detail: `${lane}: an old record stands behind ${later} later ones, then ${next}`,
    });
  };
  return {
    stored(nowMs, { lane: name, eventId }) {
      const lane = lanes.get(name) ?? { places: new Map<string, number>(), at: -1 };
      lanes.set(name, lane);
      const place = lane.places.get(eventId) ?? lane.places.size;
      if (place > lane.at + 1) tell(nowMs, name, lane, 'one far behind it');
      lane.places.set(eventId, place);
      lane.at = place;
    },
    conclude(nowMs) {
      for (const [name, lane] of lanes) if (lane.at < lane.places.size - 1) tell(nowMs, name, lane, 'nothing more');
    },
  };
}
