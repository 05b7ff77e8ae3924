import type { EpochMs } from '@headroom/kernel';
import type { ChargingProfile } from '@headroom/ocpp';

/** The profiles that were written to a station on one connection: each passed the gate and the fence, or it would not be here. */
export interface LastLimits {
  wrote(commandId: string, profile: ChargingProfile, nowMs: EpochMs): void;
  /** The station has refused it: what it holds instead is not known here. */
  refused(commandId: string): void;
  /** Its leases are over with it. */
  transactionEnded(transactionId: string): void;
  /**
   * What holds now by that profile, in its own unit, A or W: what was written last for as long as that lease surely runs, else the
   * permanent limit of its EVSE. Undefined: neither is known.
   */
  now(profileId: number, nowMs: EpochMs): number | undefined;
}

/** Profiles remembered of one connection, the newest ones: two of an EVSE. */
export const MAX_LAST_LIMITS = 64;
/** A lease began when it was planned, which is before it was written; and the value is on its way for a while. It ends sooner here. */
export const PULL_MARGIN_MS = 10_000;

interface Written {
  readonly commandId: string;
  readonly profile: ChargingProfile;
  readonly atMs: EpochMs;
}

export function createLastLimits(): LastLimits {
  const written = new Map<number, Written>();
  const forget = (isOver: (known: Written) => boolean): void => {
    for (const [profileId, known] of written) if (isOver(known)) written.delete(profileId);
  };
  return {
    wrote(commandId, profile, nowMs) {
      written.delete(profile.profileId);
      const [oldest] = written.keys();
      if (written.size >= MAX_LAST_LIMITS && oldest !== undefined) written.delete(oldest);
      written.set(profile.profileId, { commandId, profile, atMs: nowMs });
    },
    refused: (commandId) => forget((known) => known.commandId === commandId),
    transactionEnded: (id) => forget(({ profile }) => profile.transactionId === id),
    now(profileId, nowMs) {
      const known = written.get(profileId);
      if (known === undefined) return undefined;
      const held = heldBy(known, nowMs);
      if (held !== undefined) return held;
      const { evse, unit } = known.profile;
      const permanent = [...written.values()].find(
        ({ profile }) => profile.purpose === 'tx-default' && profile.evse === evse && profile.unit === unit,
      );
      return permanent && heldBy(permanent, nowMs);
    },
  };
}

/** Undefined: it is over, or may be. */
function heldBy({ profile, atMs }: Written, nowMs: EpochMs): number | undefined {
  const { purpose, startScheduleMs, durationS } = profile;
  if (purpose === 'tx-default') return amountAt(profile, 0);
  // One that counts from the start of its transaction has an end that only its dispatcher knows.
  if (startScheduleMs === undefined || durationS === undefined) return undefined;
  const aheadS = (nowMs - atMs + PULL_MARGIN_MS) / 1_000;
  return aheadS < durationS ? amountAt(profile, aheadS) : undefined;
}

function amountAt({ periods, unit = 'A' }: ChargingProfile, atS: number): number | undefined {
  const period = periods.findLast(({ startS }) => startS <= atS);
  return period && (unit === 'A' ? period.limitDeciA / 10 : period.limitW);
}
