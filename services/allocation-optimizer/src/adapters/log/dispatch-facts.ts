import { decodeRecord, dispatchV1, TOPICS } from '@headroom/contracts';
import { deciAmps, epochMs, ok, stationId } from '@headroom/kernel';
import type { PhaseMask } from '@headroom/site-model';
import type { DispatchInput } from '../../app/on-dispatch-fact.ts';
import type { DispatchFact, DispatchOutcome, LimitsMissing, StationLost } from '../../domain/facts.ts';
import type { Decoder } from '../../service.ts';
import { PHASES } from './wire-enums.ts';
import { missingLimitFromWire, stepFromWire } from '@headroom/site-wire';

const OUTCOMES: ReadonlyMap<dispatchV1.LimitOutcome, DispatchOutcome> = new Map([
  [dispatchV1.LimitOutcome.ACCEPTED, 'accepted'],
  [dispatchV1.LimitOutcome.REJECTED, 'rejected'],
  [dispatchV1.LimitOutcome.UNANSWERED, 'unanswered'],
  [dispatchV1.LimitOutcome.NEVER_WRITTEN, 'never-written'],
] as const);

/** What became of limits. */
export const dispatchFactOf: Decoder<DispatchInput> = (value) => {
  const decoded = decodeRecord(TOPICS.dispatchFacts, value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, dispatcherEpoch, fact } = decoded.value;
  if (fact === undefined) return ok(undefined);
  if (fact.$case === 'epochOpened') {
    return ok({ siteId, content: { kind: 'epoch-opened', epoch: fact.value.epoch } });
  }
  const content = contentOf(fact);
  return ok(
    content === undefined ? undefined : { siteId, content: { kind: 'fact', epoch: dispatcherEpoch, fact: content } },
  );
};

type SiteFact = Exclude<NonNullable<dispatchV1.DispatchFact['fact']>, { readonly $case: 'epochOpened' }>;

function contentOf(fact: SiteFact): DispatchFact | StationLost | LimitsMissing | undefined {
  switch (fact.$case) {
    case 'limitIntended': {
      const { commandId, evse } = fact.value;
      return { kind: 'limit-intended', stationId: stationId(fact.value.stationId), evse, commandId };
    }
    case 'limitResolved': {
      const { commandId, evse } = fact.value;
      const outcome = OUTCOMES.get(fact.value.outcome);
      if (outcome === undefined) return undefined;
      return { kind: 'limit-resolved', stationId: stationId(fact.value.stationId), evse, commandId, outcome };
    }
    case 'committedChanged':
      return committedOf(fact.value);
    case 'stationUnreachable':
      return {
        kind: 'station-disconnected',
        stationId: stationId(fact.value.stationId),
        generation: fact.value.connectionGeneration,
        atMs: epochMs(Number(fact.value.atMs)),
      };
    case 'profilesChecked': {
      const { missingLimits } = fact.value;
      if (missingLimits.length === 0) return undefined;
      const missing = missingLimits.map(missingLimitFromWire);
      return { kind: 'station-limits-missing', stationId: stationId(fact.value.stationId), missing };
    }
    // It changes what the dispatcher counts, and that it tells.
    case 'leaseEndSeen':
    case 'compositeChecked':
      return undefined;
    case 'evseDisobeys': {
      const { evse, step, refusesZero } = fact.value;
      const of = { kind: 'evse-disobeys', stationId: stationId(fact.value.stationId), evse } as const;
      return { ...of, step: stepFromWire(step), ...(refusesZero ? { refusesZero } : {}) };
    }
  }
}

const committedOf = (wire: dispatchV1.CommittedChanged): DispatchFact => ({
  kind: 'committed-changed',
  stationId: stationId(wire.stationId),
  evse: wire.evse,
  committed: deciAmps(wire.committedDeciA),
  ...maskOf(wire),
  members: wire.members.map(({ kind, limitDeciA }) => ({ kind, limit: deciAmps(limitDeciA) })),
  ...(wire.commandedDeciA === undefined ? {} : { commanded: deciAmps(wire.commandedDeciA) }),
  ...(wire.leaseUntilMs === undefined ? {} : { leaseUntilMs: epochMs(Number(wire.leaseUntilMs)) }),
  ...(wire.fallbackOnly ? { fallbackOnly: true } : {}),
  ...(isPercent(wire.passesPercent) ? { passesPercent: wire.passesPercent } : {}),
  ...(wire.leaseAtMostDeciA === undefined ? {} : { leaseAtMost: deciAmps(wire.leaseAtMostDeciA) }),
  // A damaged one is kept as it is: what is no current counts as all that its EVSE can give (`countsBack`).
  ...(wire.dischargeDeciA === undefined ? {} : { discharge: deciAmps(wire.dischargeDeciA) }),
  atMs: epochMs(Number(wire.atMs)),
});

/** Any other number says nothing. */
const isPercent = (value: number | undefined): value is number => value !== undefined && value >= 1 && value <= 100;

/** A phase of a later release makes the whole mask ignorance: then all wired phases count. */
function maskOf({ phases, elsewhereDeciA }: dispatchV1.CommittedChanged): { readonly mask?: PhaseMask } {
  const known = phases.flatMap((phase) => PHASES.ours(phase) ?? []);
  if (elsewhereDeciA === undefined || known.length === 0 || known.length < phases.length) return {};
  return { mask: { phases: known, elsewhere: deciAmps(elsewhereDeciA) } };
}
