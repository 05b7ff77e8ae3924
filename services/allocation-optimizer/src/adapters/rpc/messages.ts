import { type allocationServiceV1 as wire, allocationV1 } from '@headroom/contracts';
import type { SiteId } from '@headroom/kernel';
import { shareToWire } from '@headroom/site-wire';
import type { AboutDecision } from '../../app/answer-about-site.ts';
import type { ReplayAnswer } from '../../app/replay-decision.ts';
import type { Counterfactual } from '../../domain/what-if/counterfactual.ts';
import type { ExplainedEvse } from '../../domain/what-if/explain-decision.ts';
import type { ExplainedRow } from '../../domain/what-if/explained-row.ts';
import type { Previewed } from '../../domain/what-if/preview.ts';
import { dischargeToWire, reasonToWire } from '../log/decision-to-wire.ts';
import { whole } from '../log/whole.ts';
import { PHASES } from '../log/wire-enums.ts';

export const explanationToWire = (siteId: SiteId, about: AboutDecision): wire.Explanation => ({
  siteId,
  ownerEpoch: about.ownerEpoch,
  decisionSeq: about.decisionSeq,
  decidedAtMs: BigInt(about.decision.decidedAtMs),
  policy: shareToWire(about.share),
  evses: about.evses.map(evseToWire),
  counterfactualsLeftOut: about.leftOut,
});

function evseToWire({ allocation, row, counterfactual }: ExplainedEvse): wire.EvseExplanation {
  const { evse, sessionId, transactionId, phases, limit, reason, discharge } = allocation;
  return {
    ...{ stationId: evse.stationId, evse: evse.evse, name: evse.name },
    sessionId: sessionId ?? '',
    transactionId: transactionId ?? '',
    phases: phases.map(PHASES.wire),
    limitDeciA: limit,
    reason: reasonToWire(reason),
    row: row && rowToWire(row),
    counterfactual: counterfactual && counterfactualToWire(counterfactual),
    ...dischargeToWire(discharge),
  };
}

const rowToWire = ({ row, circuitName, terms }: ExplainedRow): wire.RowExplanation => ({
  ...{ circuitId: row.circuitId, circuitName, row: row.kind },
  limitDeciA: row.limitDeciA,
  usedDeciA: row.usedDeciA,
  otherLoadDeciA: row.otherLoadDeciA,
  riseDeciA: row.riseDeciA,
  terms: terms.map(({ source, limitDeciA, limitW, validUntilMs }) => ({
    ...{ source, limitDeciA },
    limitW: whole(limitW),
    validUntilMs: whole(validUntilMs),
  })),
});

const counterfactualToWire = ({ raises, limit, sentence }: Counterfactual): wire.Counterfactual => ({
  raises: raises.map((raise) => ({
    circuitId: raise.circuitId,
    by:
      raise.kind === 'power'
        ? { $case: 'powerW', value: BigInt(raise.byW) }
        : { $case: 'conductorsDeciA', value: raise.byDeciA },
  })),
  limitDeciA: limit,
  sentence,
});

export const previewToWire = ({ after, differences }: Previewed): wire.PreviewedDecision => ({
  decidedAtMs: BigInt(after.decidedAtMs),
  differences: differences.map(({ before, after: then }) => ({
    ...{ stationId: before.evse.stationId, evse: before.evse.evse, name: before.evse.name },
    beforeDeciA: before.limit,
    afterDeciA: then.limit,
    beforeReason: reasonToWire(before.reason),
    afterReason: reasonToWire(then.reason),
    beforeDischargeDeciA: before.discharge?.current,
    afterDischargeDeciA: then.discharge?.current,
  })),
  unchanged: after.allocations.size - differences.length,
  overRating: after.over.rating,
  overPower: after.over.power,
});

export function replayToWire(answer: Exclude<ReplayAnswer, { readonly kind: 'busy' }>): wire.ReplayResponse['outcome'] {
  if (answer.kind === 'not-retained') return { $case: 'notRetained', value: { ...answer.value } };
  const { found, stateHash, differences } = answer.value;
  return {
    $case: 'replayed',
    value: {
      ownerEpoch: found.ownerEpoch,
      recorded: allocationV1.DecisionMade.decode(found.recorded),
      stateHash,
      isSame: differences.length === 0,
      differences: [...differences],
    },
  };
}
