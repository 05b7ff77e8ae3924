import type { dispatchStateV1 } from '@headroom/contracts';
import { deciAmps, type TransactionId, transactionId } from '@headroom/kernel';
import type { EarlierLimit } from '../../domain/earlier-limit.ts';
import type { AcknowledgedLease, LeaseAttempt, LimitSet, Sample, UnsettledLimit } from '../../domain/limit-set.ts';
import { withToldSkew } from '../../domain/told-clock.ts';
import { laterFromWire, maybeNumber } from './wire-words.ts';

/** One EVSE's set. Throws a `RangeError` where it names a transaction that the snapshot does not have. */
export const setFromWire = (wire: dispatchStateV1.EvseSnapshot): LimitSet => ({
  proven: wire.proven,
  installed: wire.installedDeciA === undefined ? undefined : deciAmps(wire.installedDeciA),
  // Nobody waits for the answers: what is still wanted is sent anew.
  fallbacks: wire.fallbacks.map(({ commandId, ...attempt }) => ({
    ...{ commandId, ...aimedFromWire(attempt), answerDueMs: undefined },
  })),
  attempts: wire.attempts.map((attempt) => attemptFromWire(wire, attempt)),
  acknowledged: wire.acknowledged && acknowledgedFromWire(wire, wire.acknowledged),
  unsettled: wire.unsettled && unsettledFromWire(wire, wire.unsettled),
  sample: wire.sample && sampleFromWire(wire, wire.sample),
  ended: wire.endedTransactions.map((ended) => required(wire, ended)),
  ...(wire.earlier === undefined ? {} : { earlier: earlierFromWire(wire.earlier) }),
});

const earlierFromWire = ({ limitDeciA, untilMs, lease }: dispatchStateV1.EarlierLimit): EarlierLimit => ({
  limit: limitDeciA === undefined ? undefined : deciAmps(limitDeciA),
  untilMs: Number(untilMs),
  ...(lease ? { isLease: true } : {}),
});

export type Transactions = Pick<dispatchStateV1.EvseSnapshot, 'transactions'>;

/** 1 is the first. */
export const reference = ({ transactions }: Transactions, ref: number): TransactionId | undefined =>
  ref === 0 ? undefined : required({ transactions }, ref);

export function required({ transactions }: Transactions, ref: number): TransactionId {
  const id = transactions[ref - 1];
  if (id === undefined) throw new RangeError(`there is no transaction ${ref} of ${transactions.length}`);
  return transactionId(id);
}

interface Ordered {
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly limitDeciA: number;
  readonly connectionGeneration?: bigint | undefined;
}
const aimedFromWire = ({ epoch, seq, limitDeciA, connectionGeneration }: Ordered) => ({
  order: { epoch: Number(epoch), seq: Number(seq) },
  generation: maybeNumber(connectionGeneration),
  limit: deciAmps(limitDeciA),
});

const attemptFromWire = (of: Transactions, { commandId, ...wire }: dispatchStateV1.LeaseAttempt): LeaseAttempt => ({
  commandId: commandId === '' ? undefined : commandId,
  ...aimedFromWire(wire),
  transactionId: required(of, wire.transaction),
  untilMs: Number(wire.untilMs),
  answerDueMs: undefined,
  ...laterFromWire(wire),
  ...withToldSkew(maybeNumber(wire.toldSkewMs)),
  ...(wire.stray ? { isStray: true } : {}),
});

const acknowledgedFromWire = (of: Transactions, wire: dispatchStateV1.AcknowledgedLease): AcknowledgedLease => ({
  ...aimedFromWire(wire),
  transactionId: required(of, wire.transaction),
  untilMs: Number(wire.untilMs),
  answeredAtMs: Number(wire.answeredAtMs),
  ...laterFromWire(wire),
  ...withToldSkew(maybeNumber(wire.toldSkewMs)),
});

const unsettledFromWire = (of: Transactions, wire: dispatchStateV1.UnsettledLimit): UnsettledLimit => ({
  limit: deciAmps(wire.limitDeciA),
  untilMs: Number(wire.untilMs),
  transactionId: reference(of, wire.transaction),
  provableFromMs: Number(wire.provableFromMs),
  ...laterFromWire(wire),
  ...withToldSkew(maybeNumber(wire.toldSkewMs)),
  ...(wire.stray ? { isStray: true } : {}),
});

const sampleFromWire = (of: Transactions, wire: dispatchStateV1.DrawSample): Sample => ({
  draw: deciAmps(wire.drawDeciA),
  transactionId: reference(of, wire.transaction),
  offered: wire.offeredDeciA === undefined ? undefined : deciAmps(wire.offeredDeciA),
  sampledAtMs: Number(wire.sampledAtMs),
});
