/**
 * Quirk packs: in what the stations of a vendor differ from the text of OCPP, as data, one file a vendor, matched by what a station says of
 * itself. Pure. It refuses to guess: a pack cites the report of each quirk, and a station that no pack names has none.
 */
export { NO_QUIRKS, QUIRK_FIELDS, QUIRK_NAMES, type QuirkName, type Quirks, type QuirkValue } from './fields.ts';
export { describeMatch, type QuirkPack, type QuirkRule, type StatedQuirk, type StationIdentity } from './pack.ts';
export { PACKS } from './packs.ts';
export { type FiredQuirk, type KnownQuirks, quirksOf } from './quirks-of.ts';
export { MAX_RULES_OF_PACK, readPack } from './read-pack.ts';
