import type { EpochMs } from '@headroom/kernel';
import {
  type Capabilities,
  capabilitiesOf,
  type ReportedSetting,
  UNKNOWN_CAPABILITIES,
} from '@headroom/ocpp/capabilities';
import {
  type FiredQuirk,
  type KnownQuirks,
  PACKS,
  type Quirks,
  quirksOf,
  type StationIdentity,
} from '@headroom/ocpp/quirks';

export type StationVersion = 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1';

/** What a station said that it can do, and when. */
export interface KnownCapabilities {
  readonly capabilities: Capabilities;
  readonly readAtMs: EpochMs;
  /** Questions in a row that it refused, or left unanswered; `capabilities` is what is assumed then. */
  readonly failures: number;
  /** Of what it said, for people: one sentence for each answer that was missing, absurd, or larger than is ever used. */
  readonly remarks: readonly string[];
}

/** What sort of a station it is, as far as the log tells. */
export interface StationTraits {
  readonly version: StationVersion | undefined;
  /** By its last boot. */
  readonly identity: StationIdentity | undefined;
  /** Undefined: it was not asked since it has this firmware. */
  readonly known: KnownCapabilities | undefined;
}

export const UNKNOWN_TRAITS: StationTraits = { version: undefined, identity: undefined, known: undefined };

/** H70: what a station can do is believed for so long. A boot of the same firmware changes nothing: H58, it may boot for being asked. */
export const CAPABILITIES_HOLD_MS = 86_400_000;
/** One that does not answer is asked again after so long, doubled with each time. */
const ASK_AGAIN_FIRST_MS = 30_000;
const ASK_AGAIN_MOST_MS = 3_600_000;

export function needsAsking({ version, known }: StationTraits, nowMs: EpochMs): boolean {
  if (version === undefined) return false;
  if (known === undefined) return true;
  const { readAtMs, failures } = known;
  if (failures === 0) return nowMs >= readAtMs + CAPABILITIES_HOLD_MS;
  return nowMs >= readAtMs + Math.min(ASK_AGAIN_MOST_MS, ASK_AGAIN_FIRST_MS * 2 ** Math.min(failures - 1, 30));
}

/** Its document says only now that cars may give back there, or it leaves the question out: it is asked once more, and not all the time. */
export const needsAskingOfSetpoints = ({ version, known }: StationTraits, nowMs: EpochMs): boolean =>
  version === 'ocpp2.1' &&
  known?.failures === 0 &&
  known.capabilities.since21?.setpointEvses === undefined &&
  nowMs >= known.readAtMs + ASK_AGAIN_MOST_MS;

/** One that does not answer any more keeps what it said before. */
export function learnCapabilities(
  { version, known }: StationTraits,
  settings: readonly ReportedSetting[] | undefined,
  atMs: EpochMs,
): KnownCapabilities | undefined {
  if (version === undefined) return known;
  if (settings !== undefined) {
    return { ...capabilitiesOf(version, settings), readAtMs: atMs, failures: 0 };
  }
  const { capabilities = UNKNOWN_CAPABILITIES, failures = 0, remarks = [] } = known ?? {};
  return { capabilities, readAtMs: atMs, failures: failures + 1, remarks };
}

export const isSameIdentity = (a: StationIdentity | undefined, b: StationIdentity | undefined): boolean =>
  a?.vendor === b?.vendor && a?.model === b?.model && a?.firmware === b?.firmware;

/** What it is taken to be able to do. */
export function capabilitiesOfStation({ known, version }: StationTraits): Capabilities {
  const capabilities = known?.capabilities ?? UNKNOWN_CAPABILITIES;
  if (version === 'ocpp2.1' || capabilities.since21 === undefined) return capabilities;
  // It spoke 2.1 when it was asked, and does not on this connection.
  const { since21: _, ...older } = capabilities;
  return older;
}

const NOBODY: StationIdentity = { vendor: '', model: '', firmware: '' };
const QUIRKS = new WeakMap<StationIdentity, KnownQuirks>();

function knownQuirks(identity: StationIdentity): KnownQuirks {
  const before = QUIRKS.get(identity);
  if (before !== undefined) return before;
  const known = quirksOf(identity, PACKS);
  QUIRKS.set(identity, known);
  return known;
}

/** What the packs say of a station that calls itself so. */
export const quirksOfStation = (identity: StationIdentity = NOBODY): Quirks => knownQuirks(identity).quirks;

/** Its word proves nothing (H78), or nothing is left of it without us (H76): it may be obeying nothing at all (SI5). */
export const provesNothing = ({ acceptsButIgnores, forgetsOffline }: Quirks): boolean =>
  acceptsButIgnores || forgetsOffline;

/** The rows of the packs that say it, for people. */
export const firedQuirksOf = (identity: StationIdentity = NOBODY): readonly FiredQuirk[] => knownQuirks(identity).fired;
