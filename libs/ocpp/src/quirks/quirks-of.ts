import { NO_QUIRKS, QUIRK_FIELDS, type QuirkName, type Quirks, type QuirkValue } from './fields.ts';
import { describeMatch, isMoreSpecific, isOfVendor, matches, type QuirkPack, type StationIdentity } from './pack.ts';

/** A quirk that holds of a station, and why. */
export interface FiredQuirk {
  readonly quirk: QuirkName;
  readonly value: QuirkValue;
  readonly id: string;
  /** What such stations were seen to do, in one sentence. */
  readonly says: string;
  /** The vendor whose pack states it. */
  readonly pack: string;
  /** Of which of its stations: "every model". */
  readonly stations: string;
  /** "wholeAmps true, limits are rounded down to whole amperes (H86: ...; pack Huawei, every model)": for people. */
  readonly words: string;
}

export interface KnownQuirks {
  readonly quirks: Quirks;
  /** By name. */
  readonly fired: readonly FiredQuirk[];
}

/**
 * What is known of a station that calls itself so. Of several rules that state the same quirk the most specific wins: model before
 * firmware, exact before a prefix, a longer prefix before a shorter one. Nothing known: the text of OCPP.
 */
export function quirksOf(identity: StationIdentity, packs: readonly QuirkPack[]): KnownQuirks {
  const values: Partial<Record<QuirkName, QuirkValue>> = {};
  const fired: FiredQuirk[] = [];
  const stated = packs
    .filter((pack) => isOfVendor(pack, identity))
    .flatMap(({ vendor, rules }) => rules.map((rule) => ({ vendor, ...rule })))
    .filter(({ match }) => matches(match, identity))
    .flatMap(({ vendor, match, quirks }) => quirks.map((each) => ({ ...each, vendor, match })));
  for (const { quirk, value, id, says, vendor, match } of stated) {
    if (stated.some((other) => other.quirk === quirk && isMoreSpecific(other.match, match))) continue;
    values[quirk] = value;
    const stations = describeMatch(match);
    const words = `${quirk} ${value}, ${QUIRK_FIELDS[quirk].meaning} (${id}: ${says}; pack ${vendor}, ${stations})`;
    fired.push({ quirk, value, id, says, pack: vendor, stations, words });
  }
  return {
    // `readPack` has looked at each value.
    quirks: { ...NO_QUIRKS, ...values } as Quirks,
    fired: fired.toSorted((a, b) => (a.quirk < b.quirk ? -1 : 1)),
  };
}
