/** What the log says of limits, in plain words: who may decide, what was decided, what a dispatcher was about to send. */
export type ControlFact = OpenedFact | DecidedFact | IntendedFact | ResolvedFact | LadderFact | CountedFact;

/** From here on decisions of lower epochs count for nothing in this shard. */
interface OpenedFact {
  readonly kind: 'opened';
  readonly shard: number;
  readonly epoch: number;
}

interface DecidedFact {
  readonly kind: 'decided';
  readonly shard: number;
  readonly epoch: number;
  /** Counts up within the epoch. */
  readonly seq: number;
  /** Absent: when it came to stand in the log. */
  readonly decidedAtMs?: number;
  readonly limits: readonly DecidedLimit[];
}

export interface DecidedLimit {
  readonly evseId: string;
  /** Empty: no transaction, so no lease. */
  readonly transactionId: string;
  /** A per phase. */
  readonly limitA: number;
  /** What it comes down to at an instant that is known already. Absent: it stays as it is. */
  readonly laterA?: number | undefined;
  /** Its EVSE takes no part in the sharing. */
  readonly isFixed?: true;
}

/** A lease that is about to be sent. */
export interface IntendedFact extends DecidedLimit {
  readonly kind: 'intended';
  /** Its name on the wire. */
  readonly commandId: string;
  /** When it was planned, and when it ends. */
  readonly atMs: number;
  readonly untilMs: number;
  /** What its car is to give back, A per phase. Absent: nothing. */
  readonly backA?: number | undefined;
}

/** `stands`: the station accepted it, and has overwritten all before it. `void`: it never came to hold. `open`: nobody answered. */
export type Resolution = 'stands' | 'void' | 'open';

interface ResolvedFact {
  readonly kind: 'resolved';
  readonly commandId: string;
  readonly evseId: string;
  readonly resolution: Resolution;
}

/** What is done about who draws more than it was told, one after the other. */
export const LADDER_STEPS = ['resend', 'ask', 'forbid', 'stop', 'inoperative', 'alarm'] as const;
export type LadderStep = (typeof LADDER_STEPS)[number];

/** Its owner says of an EVSE that it draws more than it was told, or that it obeys again. */
interface LadderFact {
  readonly kind: 'ladder';
  readonly evseId: string;
  /** From here on it may have nothing at all. */
  readonly isForbidden: boolean;
  /** Undefined: it refuses 0 A, which is another matter, or nothing is held against it any more. */
  readonly step: LadderStep | undefined;
  /** It refuses 0 A, and this is done about it. Absent: it does not. */
  readonly refusalStep?: LadderStep | undefined;
}

/** Its owner says with how much an EVSE counts in every sum from here on: as much as it may be obeying, A per phase. */
export interface CountedFact {
  readonly kind: 'counted';
  readonly evseId: string;
  readonly countsA: number;
  /** The same of what it may give back. Absent: nothing. */
  readonly countsBackA?: number | undefined;
}

/** What was in force when. */
export interface Decisions {
  decided(nowMs: number, fact: DecidedFact): void;
  opened(fact: OpenedFact): void;
  /** Limits of this EVSE's transaction that were in force at some moment of the time `[fromMs, toMs]`, the newest last. */
  inForce(
    of: Pick<DecidedLimit, 'evseId' | 'transactionId'>,
    time: { readonly fromMs: number; readonly toMs: number },
  ): readonly number[];
}

/** Longer than anybody may still act by it (see `decided.ts`), and than a command is on its way. */
const KEPT_MS = 120_000;

interface Newest {
  readonly epoch: number;
  readonly seq: number;
}

interface InForce {
  readonly fromMs: number;
  untilMs: number;
  readonly limits: ReadonlyMap<string, readonly number[]>;
}

const keyOf = ({ evseId, transactionId }: Pick<DecidedLimit, 'evseId' | 'transactionId'>): string =>
  `${evseId} ${transactionId}`;

/** All that it may come to be told by it. */
export const limitsOf = ({ limitA, laterA }: DecidedLimit): readonly number[] =>
  laterA === undefined ? [limitA] : [limitA, laterA];

/** Of each shard the decision of the highest (epoch, seq) is in force, from when it stands in the log until the next one does. */
export function createDecisions(): Decisions {
  const newest = new Map<number, Newest>();
  const openedEpoch = new Map<number, number>();
  const current = new Map<number, InForce>();
  let kept: readonly InForce[] = [];
  return {
    opened({ shard, epoch }) {
      openedEpoch.set(shard, Math.max(epoch, openedEpoch.get(shard) ?? 0));
    },
    decided(nowMs, { shard, epoch, seq, limits }) {
      if (epoch < (openedEpoch.get(shard) ?? 0)) return;
      const known = newest.get(shard);
      if (known !== undefined && (epoch < known.epoch || (epoch === known.epoch && seq <= known.seq))) return;
      newest.set(shard, { epoch, seq });
      const before = current.get(shard);
      if (before !== undefined) before.untilMs = nowMs;
      const leases = limits.filter(({ transactionId }) => transactionId !== '');
      const next: InForce = {
        fromMs: nowMs,
        untilMs: Number.POSITIVE_INFINITY,
        limits: new Map(leases.map((limit) => [keyOf(limit), limitsOf(limit)])),
      };
      current.set(shard, next);
      kept = [...kept.filter(({ untilMs }) => untilMs >= nowMs - KEPT_MS), next];
    },
    inForce(of, { fromMs, toMs }) {
      const key = keyOf(of);
      return kept.flatMap((decision) => {
        if (decision.untilMs < fromMs || decision.fromMs > toMs) return [];
        return decision.limits.get(key) ?? [];
      });
    },
  };
}
