import type { EffectiveLimit } from '../profiles/store.ts';
import { createRing } from './ring.ts';

/** A transaction or meter message of the station: what it said, and what became of it. Instants: platform clock. */
export interface LedgerMessage {
  readonly action: string;
  readonly evse: number;
  /** The station's own name of the transaction; undefined outside one. */
  readonly transactionKey?: string;
  readonly createdAtMs: number;
  /** As last written to the socket; undefined while it never was. */
  payload?: unknown;
  messageId?: string;
  attempts: number;
  acknowledgedAtMs?: number;
  /** Why the station gave it up. */
  dropped?: string;
}

/** A charging profile request that arrived, and what the station did with it. */
export interface LedgerProfile {
  readonly receivedAtMs: number;
  readonly evse: number;
  readonly request: unknown;
  readonly answer: string;
  readonly reason?: string;
  /** What the EVSE obeyed right after (A per phase). */
  readonly obeyedA: number;
  readonly obeyedFrom: EffectiveLimit['source'];
}

/** A current that flows in the first so many phases of a socket. */
export const onPhases = (amps: number, used: number): Pick<LedgerCurrent, 'l1A' | 'l2A' | 'l3A'> => ({
  l1A: used > 0 ? amps : 0,
  l2A: used > 1 ? amps : 0,
  l3A: used > 2 ? amps : 0,
});

/** The obeyed limit changed, for whatever reason. */
export interface LedgerLimit {
  readonly atMs: number;
  readonly evse: number;
  readonly limitA: number;
  readonly source: EffectiveLimit['source'];
  readonly profileId?: number;
}

/** The current that flowed at one instant, per socket phase (0 where none is wired). */
export interface LedgerCurrent {
  readonly atMs: number;
  readonly evse: number;
  readonly l1A: number;
  readonly l2A: number;
  readonly l3A: number;
  /** Obeyed limit; undefined while no transaction runs (nothing is offered then). */
  readonly limitA?: number;
}

export interface LedgerSnapshot {
  readonly stationId: string;
  readonly messages: readonly Readonly<LedgerMessage>[];
  readonly profiles: readonly LedgerProfile[];
  readonly limits: readonly LedgerLimit[];
  readonly currents: readonly LedgerCurrent[];
  /** Entries that fell out of each ring: a judge that needs all of them asserts 0. */
  readonly forgotten: {
    readonly messages: number;
    readonly profiles: number;
    readonly limits: number;
    readonly currents: number;
  };
}

export interface LedgerBounds {
  readonly messages: number;
  readonly profiles: number;
  readonly limits: number;
  /** Seconds times EVSEs; 0: nobody will ask, and none is booked. */
  readonly currents: number;
}

const LEDGER_DEFAULTS: LedgerBounds = { messages: 2_000, profiles: 1_000, limits: 2_000, currents: 3_600 };

export interface Ledger {
  readonly booksCurrents: boolean;
  message(entry: LedgerMessage): LedgerMessage;
  profile(entry: LedgerProfile): void;
  limit(entry: LedgerLimit): void;
  current(entry: LedgerCurrent): void;
  snapshot(): LedgerSnapshot;
}

/** The station's own book: tests judge the platform by it, never by the platform's own counters. */
export function createLedger(stationId: string, bounds: LedgerBounds = LEDGER_DEFAULTS): Ledger {
  const messages = createRing<LedgerMessage>(bounds.messages);
  const profiles = createRing<LedgerProfile>(bounds.profiles);
  const limits = createRing<LedgerLimit>(bounds.limits);
  const currents = createRing<LedgerCurrent>(bounds.currents);
  return {
    booksCurrents: bounds.currents > 0,
    message(entry) {
      messages.push(entry);
      return entry;
    },
    profile: (entry) => profiles.push(entry),
    limit: (entry) => limits.push(entry),
    current: (entry) => currents.push(entry),
    snapshot: () => ({
      stationId,
      messages: messages.items(),
      profiles: profiles.items(),
      limits: limits.items(),
      currents: currents.items(),
      forgotten: {
        messages: messages.forgotten(),
        profiles: profiles.forgotten(),
        limits: limits.forgotten(),
        currents: currents.forgotten(),
      },
    }),
  };
}
