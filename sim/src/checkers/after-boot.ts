import type { ControlFact } from './decisions.ts';
import { createOutages } from './outages.ts';
import { type SiteFacts, stationIdOf } from './site-facts.ts';
import type { OwnedRecord } from './tenures.ts';
import type { Report } from './violation.ts';
import type { WireFrame, WireProfile } from './wire-profile.ts';

export interface AfterBootChecker {
  /** A station has lost all that it was told. `says`: its next boot is the sign of it. */
  forgot(stationId: string, says: boolean): void;
  /** Something that it said stands in the log. */
  heard(nowMs: number, stationId: string, frame: WireFrame): void;
  /** It is told a limit. */
  told(stationId: string, profile: Pick<WireProfile, 'purpose' | 'messageId'>): void;
  /** It said something. */
  sent(stationId: string, frame: WireFrame): void;
  /** What an owner says of limits stands in the log. */
  stored(by: OwnedRecord, fact: ControlFact): void;
  /** Nobody can read the log. */
  logAway(fromMs: number, untilMs: number): void;
  /** It hangs there no more. */
  gone(stationId: string): void;
}

/** An owner reads with a lag of 2 s at most, in batches, and may stand still for 5 s; the rest is to be sure. */
const KNOWN_WITHIN_MS = 15_000;
/** What counts is told behind the commands of a pass: the next one finds it in the log. */
const TOLD_WITHIN_MS = 1_000;
const TOLERANCE_A = 0.05;
const PERMANENT = 'TxDefaultProfile';
const BOOT = 'BootNotification';

/** Not parsed: a frame may be torn. */
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)".*"status":\s*"Accepted"/u;

interface Known {
  /** Since when its boot stands in the log. Undefined: not yet. */
  bootedAtMs: number | undefined;
  /** The permanent limit that it was told last. */
  asked: string | undefined;
}

/**
 * SI5: from its boot on a station may be obeying nothing, so each of its EVSEs counts with all that its hardware bears until it has taken its permanent limit.
 * Circuits excuse it for as long as trouble may keep everybody from hearing of it, which is minutes, and by then most are told anew. Whoever plans a limit has heard of it long before: so this judges
 * what an owner says that it counts with, and not what flows.
 */
export function createAfterBootChecker({ evses }: Pick<SiteFacts, 'evses'>, report: Report): AfterBootChecker {
  const known = new Map<string, Known>();
  const countsA = new Map<string, number>();
  const newestEpoch = new Map<number, number>();
  /** Of each shard, when its owner planned that has not been judged yet. */
  const planned = new Map<number, { readonly epoch: number; readonly atMs: number }>();
  const outages = createOutages();
  const judge = (atMs: number): void => {
    const knownFromMs = outages.readableSince(atMs, KNOWN_WITHIN_MS);
    for (const [evseId, { maxA }] of evses) {
      const stationId = stationIdOf(evseId);
      const { bootedAtMs = Number.POSITIVE_INFINITY } = known.get(stationId) ?? {};
      const claimA = countsA.get(evseId);
      if (bootedAtMs > knownFromMs || claimA === undefined || claimA >= maxA - TOLERANCE_A) continue;
      known.delete(stationId);
      const forS = Math.round((atMs - bootedAtMs) / 1_000);
      const detail = `${evseId} has booted without its limits ${forS} s ago, has taken none, and counts with ${claimA.toFixed(1)} A, not with the ${maxA} A of its hardware`;
      report({ checker: 'committed', atMs, detail });
    }
  };
  return {
    forgot(stationId, says) {
      if (says) known.set(stationId, { bootedAtMs: undefined, asked: undefined });
    },
    heard(nowMs, stationId, frame) {
      const station = known.get(stationId);
      const { kind, action } = frame.head();
      if (station !== undefined && kind === '2' && action === BOOT) station.bootedAtMs ??= nowMs;
    },
    told(stationId, { purpose, messageId }) {
      const station = known.get(stationId);
      if (station !== undefined && purpose === PERMANENT) station.asked = messageId;
    },
    sent(stationId, { text }) {
      const asked = known.get(stationId)?.asked;
      if (asked !== undefined && ANSWER.exec(text)?.[1] === asked) known.delete(stationId);
    },
    stored({ role, shard, epoch }, fact) {
      if (role !== 'dispatcher' || epoch < (newestEpoch.get(shard) ?? epoch)) return;
      newestEpoch.set(shard, epoch);
      if (fact.kind === 'counted') countsA.set(fact.evseId, fact.countsA);
      if (fact.kind !== 'intended') return;
      const before = planned.get(shard);
      if (before?.epoch === epoch && fact.atMs - before.atMs < TOLD_WITHIN_MS) return;
      if (before?.epoch === epoch) judge(before.atMs);
      planned.set(shard, { epoch, atMs: fact.atMs });
    },
    logAway: outages.away,
    gone: (stationId) => void known.delete(stationId),
  };
}
