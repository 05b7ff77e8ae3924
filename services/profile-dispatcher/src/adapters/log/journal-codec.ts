import { type commonV1, dispatchV1 } from '@headroom/contracts';
import { assertNever, deciAmps, siteId, stationId } from '@headroom/kernel';
import { phasesFromWire, phaseToWire, stepFromWire, stepToWire } from '@headroom/site-wire';
import type { LimitPurpose } from '../../domain/command-name.ts';
import type { MemberKind } from '../../domain/committed-set.ts';
import type {
  CommittedChanged,
  EpochOpened,
  EvseDisobeys,
  Fact,
  JournalFact,
  LimitIntended,
  LimitResolved,
  StationUnreachable,
} from '../../domain/facts.ts';
import type { LeaseEndSeen } from '../../domain/station-findings.ts';
import type { LimitOutcome } from '../../domain/resolve-limit.ts';
import { withToldSkew } from '../../domain/told-clock.ts';
import { compositeFromWire, compositeToWire } from './composite-checked.ts';
import { checkedFromWire, checkedToWire } from './profiles-checked.ts';
import {
  dischargeFromWire,
  laterFromWire,
  laterToWire,
  maybeNumber,
  maybeWhole,
  transactionFromWire,
  whole,
} from './wire-words.ts';

const PURPOSES: Readonly<Record<LimitPurpose, dispatchV1.LimitPurpose>> = {
  lease: dispatchV1.LimitPurpose.LEASE,
  fallback: dispatchV1.LimitPurpose.FALLBACK,
};
const OUTCOMES: Readonly<Record<LimitOutcome, dispatchV1.LimitOutcome>> = {
  accepted: dispatchV1.LimitOutcome.ACCEPTED,
  rejected: dispatchV1.LimitOutcome.REJECTED,
  unanswered: dispatchV1.LimitOutcome.UNANSWERED,
  'never-written': dispatchV1.LimitOutcome.NEVER_WRITTEN,
};
const MEMBER_KINDS: readonly MemberKind[] = [
  'fallback',
  'acknowledged',
  'unresolved',
  'unsettled',
  'hardware-maximum',
  'measured',
];

/** Our own facts on the wire. */
export function journalToWire(fact: JournalFact): dispatchV1.DispatchFact {
  const of = { siteId: fact.siteId, dispatcherEpoch: whole(fact.epoch) };
  switch (fact.kind) {
    case 'limit-intended':
      return { ...of, fact: { $case: 'limitIntended', value: intendedToWire(fact) } };
    case 'limit-resolved':
      return { ...of, fact: { $case: 'limitResolved', value: resolvedToWire(fact) } };
    case 'committed-changed':
      return { ...of, fact: { $case: 'committedChanged', value: committedToWire(fact) } };
    case 'station-unreachable':
      return { ...of, fact: { $case: 'stationUnreachable', value: unreachableToWire(fact) } };
    case 'evse-disobeys':
      return { ...of, fact: { $case: 'evseDisobeys', value: disobeysToWire(fact) } };
    case 'profiles-checked':
      return { ...of, fact: { $case: 'profilesChecked', value: checkedToWire(fact) } };
    case 'composite-checked':
      return { ...of, fact: { $case: 'compositeChecked', value: compositeToWire(fact) } };
    case 'lease-end-seen':
      return { ...of, fact: { $case: 'leaseEndSeen', value: leaseEndToWire(fact) } };
    default:
      return assertNever(fact);
  }
}

export const epochToWire = (opened: EpochOpened, owner: string, nowMs: number): dispatchV1.DispatchFact => {
  const value: commonV1.EpochOpened = {
    shard: opened.shard,
    epoch: whole(opened.epoch),
    owner,
    openedAtMs: whole(nowMs),
  };
  return { siteId: '', dispatcherEpoch: whole(opened.epoch), fact: { $case: 'epochOpened', value } };
};

const intendedToWire = (fact: LimitIntended): dispatchV1.LimitIntended => ({
  commandId: fact.commandId,
  seq: whole(fact.seq),
  stationId: fact.stationId,
  evse: fact.evse,
  transactionId: fact.transactionId ?? '',
  purpose: PURPOSES[fact.purpose],
  limitDeciA: fact.limit,
  intendedAtMs: whole(fact.intendedAtMs),
  leaseUntilMs: fact.untilMs === undefined ? undefined : whole(fact.untilMs),
  decisionSeq: whole(fact.decisionSeq),
  increase: fact.increase,
  later: laterToWire(fact.later),
  connectionGeneration: maybeWhole(fact.generation),
  dischargeDeciA: fact.discharge,
  toldSkewMs: maybeWhole(fact.toldSkewMs),
});

const resolvedToWire = (fact: LimitResolved): dispatchV1.LimitResolved => ({
  commandId: fact.commandId,
  seq: whole(fact.seq),
  stationId: fact.stationId,
  evse: fact.evse,
  outcome: OUTCOMES[fact.outcome],
  detail: fact.detail,
  resolvedAtMs: whole(fact.atMs),
  purpose: PURPOSES[fact.purpose],
  limitDeciA: fact.limit,
});

const leaseEndToWire = ({ stationId: id, evse, identity, atMs, isKept }: LeaseEndSeen): dispatchV1.LeaseEndSeen => ({
  ...{ stationId: id, evse, atMs: whole(atMs), isKept: isKept === true },
  ...{ vendor: identity.vendor, model: identity.model, firmwareVersion: identity.firmware },
});

const unreachableToWire = ({ stationId: id, generation, atMs, why }: StationUnreachable) => ({
  ...{ stationId: id, connectionGeneration: whole(generation), atMs: whole(atMs), why },
});

const disobeysToWire = ({ stationId: id, evse, step, told, draw, sinceMs, atMs, ...fact }: EvseDisobeys) => ({
  ...{
    stationId: id,
    evse,
    step: step === 'obeys' ? dispatchV1.ObedienceStep.OBEYS : stepToWire(step),
    toldDeciA: told,
    drawnDeciA: draw,
  },
  ...{ sinceMs: whole(sinceMs), atMs: whole(atMs), says: fact.says ?? '', refusesZero: fact.refusesZero ?? false },
  givesBack: fact.givesBack ?? false,
});

const disobeysFromWire = (of: Of, wire: dispatchV1.EvseDisobeys): EvseDisobeys => ({
  kind: 'evse-disobeys',
  ...of,
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  step: stepFromWire(wire.step) ?? 'obeys',
  told: deciAmps(wire.toldDeciA),
  draw: deciAmps(wire.drawnDeciA),
  sinceMs: Number(wire.sinceMs),
  atMs: Number(wire.atMs),
  ...(wire.says === '' ? {} : { says: wire.says }),
  ...(wire.refusesZero ? { refusesZero: true } : {}),
  ...(wire.givesBack ? { givesBack: true } : {}),
});

export const committedToWire = (fact: CommittedChanged): dispatchV1.CommittedChanged => ({
  stationId: fact.stationId,
  evse: fact.evse,
  committedDeciA: fact.committed,
  members: fact.members.map(({ kind, limit, untilMs, later }) => ({
    kind,
    limitDeciA: limit,
    untilMs: untilMs === undefined ? undefined : whole(untilMs),
    later: laterToWire(later),
  })),
  atMs: whole(fact.atMs),
  commandedDeciA: fact.commanded?.limit,
  leaseUntilMs: fact.commanded === undefined ? undefined : whole(fact.commanded.leaseUntilMs),
  phases: (fact.mask?.phases ?? []).map(phaseToWire),
  elsewhereDeciA: fact.mask?.elsewhere,
  fallbackOnly: fact.fallbackOnly ?? false,
  passesPercent: fact.passesPercent,
  leaseAtMostDeciA: fact.leaseAtMost,
  dischargeDeciA: fact.discharge,
});

export function factsOfJournal(wire: dispatchV1.DispatchFact): readonly Fact[] {
  const of = { siteId: siteId(wire.siteId), epoch: Number(wire.dispatcherEpoch) };
  switch (wire.fact?.$case) {
    case 'epochOpened': {
      const { shard, epoch } = wire.fact.value;
      return [{ kind: 'dispatcher-epoch-opened', shard, epoch: Number(epoch) }];
    }
    case 'limitIntended':
      return [intendedFromWire(of, wire.fact.value)];
    case 'limitResolved':
      return [resolvedFromWire(of, wire.fact.value)];
    case 'committedChanged':
      return [committedFromWire(of, wire.fact.value)];
    case 'stationUnreachable':
      return [unreachableFromWire(of, wire.fact.value)];
    case 'evseDisobeys':
      return [disobeysFromWire(of, wire.fact.value)];
    case 'profilesChecked':
      return [checkedFromWire(of, wire.fact.value)];
    case 'compositeChecked':
      return [compositeFromWire(of, wire.fact.value)];
    case 'leaseEndSeen':
      return [leaseEndFromWire(of, wire.fact.value)];
    case undefined:
      return [];
  }
}

type Of = Pick<JournalFact, 'siteId' | 'epoch'>;

const leaseEndFromWire = (of: Of, wire: dispatchV1.LeaseEndSeen): LeaseEndSeen => ({
  kind: 'lease-end-seen',
  ...of,
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  identity: { vendor: wire.vendor, model: wire.model, firmware: wire.firmwareVersion },
  atMs: Number(wire.atMs),
  ...(wire.isKept ? { isKept: true } : {}),
});

const intendedFromWire = (of: Of, wire: dispatchV1.LimitIntended): LimitIntended => ({
  kind: 'limit-intended',
  ...of,
  seq: Number(wire.seq),
  commandId: wire.commandId,
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  purpose: purposeFromWire(wire.purpose),
  limit: deciAmps(wire.limitDeciA),
  transactionId: transactionFromWire(wire.transactionId),
  untilMs: wire.leaseUntilMs === undefined ? undefined : Number(wire.leaseUntilMs),
  intendedAtMs: Number(wire.intendedAtMs),
  decisionSeq: Number(wire.decisionSeq),
  increase: wire.increase,
  ...laterFromWire(wire),
  ...dischargeFromWire(wire.dischargeDeciA),
  ...withToldSkew(maybeNumber(wire.toldSkewMs)),
  generation: maybeNumber(wire.connectionGeneration),
});

const resolvedFromWire = (of: Of, wire: dispatchV1.LimitResolved): LimitResolved => ({
  kind: 'limit-resolved',
  ...of,
  seq: Number(wire.seq),
  commandId: wire.commandId,
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  purpose: purposeFromWire(wire.purpose),
  limit: deciAmps(wire.limitDeciA),
  outcome: outcomeFromWire(wire.outcome),
  detail: wire.detail,
  atMs: Number(wire.resolvedAtMs),
});

const unreachableFromWire = (of: Of, wire: dispatchV1.StationUnreachable): StationUnreachable => ({
  kind: 'station-unreachable',
  ...of,
  stationId: stationId(wire.stationId),
  generation: Number(wire.connectionGeneration),
  atMs: Number(wire.atMs),
  why: wire.why,
});

export const committedFromWire = (of: Of, wire: dispatchV1.CommittedChanged): CommittedChanged => ({
  kind: 'committed-changed',
  ...of,
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  committed: deciAmps(wire.committedDeciA),
  ...maskFromWire(wire),
  members: wire.members.flatMap(({ kind: text, limitDeciA, untilMs, later }) => {
    const kind = MEMBER_KINDS.find((known) => known === text);
    if (kind === undefined) return [];
    const limit = deciAmps(limitDeciA);
    const end = untilMs === undefined ? {} : { untilMs: Number(untilMs) };
    return [{ kind, limit, ...end, ...laterFromWire({ later }) }];
  }),
  ...(wire.commandedDeciA === undefined
    ? {}
    : { commanded: { limit: deciAmps(wire.commandedDeciA), leaseUntilMs: Number(wire.leaseUntilMs ?? 0n) } }),
  ...(wire.fallbackOnly ? { fallbackOnly: true } : {}),
  ...(wire.passesPercent === undefined ? {} : { passesPercent: wire.passesPercent }),
  ...(wire.leaseAtMostDeciA === undefined ? {} : { leaseAtMost: deciAmps(wire.leaseAtMostDeciA) }),
  // 0 says that it had let go of all.
  ...(wire.dischargeDeciA === undefined ? {} : { discharge: deciAmps(Math.max(0, wire.dischargeDeciA)) }),
  atMs: Number(wire.atMs),
});

/** A phase of a later release makes the whole mask ignorance: then all wired phases count. */
function maskFromWire({ phases, elsewhereDeciA }: dispatchV1.CommittedChanged): Pick<CommittedChanged, 'mask'> {
  const known = phasesFromWire(phases);
  if (elsewhereDeciA === undefined || known.length === 0 || known.length < phases.length) return {};
  return { mask: { phases: known, elsewhere: deciAmps(elsewhereDeciA) } };
}

const purposeFromWire = (wire: dispatchV1.LimitPurpose): LimitPurpose =>
  wire === dispatchV1.LimitPurpose.FALLBACK ? 'fallback' : 'lease';

/** A word of a later release is ignorance: the attempt goes on counting. */
const outcomeFromWire = (wire: dispatchV1.LimitOutcome): LimitOutcome =>
  (Object.keys(OUTCOMES) as readonly LimitOutcome[]).find((outcome) => OUTCOMES[outcome] === wire) ?? 'unanswered';
