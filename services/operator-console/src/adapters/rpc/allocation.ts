import { allocationServiceV1 as wire, type allocationV1 } from '@headroom/contracts';
import { deciAmps, epochMs, err, ok } from '@headroom/kernel';
import { MAX_REPLICAS, replicasOf, type RpcClient, RpcError, type RpcNetwork } from '@headroom/rpc';
import { shareToWire } from '@headroom/site-wire';
import type {
  BindingRow,
  Change,
  Counterfactual,
  ExplainedEvse,
  Explanation,
  Previewed,
  Reason,
  Replayed,
} from '../../domain/explanation.ts';
import type { Allocation } from '../../ports.ts';
import { shareOf } from './site-config.ts';

/** Real milliseconds. Some dozens of decisions of a large site, each in its turn. */
const ASK_DEADLINE_MS = 5_000;
/** The log is read for it. */
const REPLAY_DEADLINE_MS = 15_000;

type Client = RpcClient<typeof wire.AllocationServiceService>;
/** An answer; or who should be asked, empty where that is not known. */
type Told<Value> = { readonly value: Value } | { readonly owner: string };

/**
 * The optimizers over rpc. Only the owner of a site speaks of its present; any other says who that is, or that it does not know: then
 * each of them is asked.
 */
export function createAllocation(network: RpcNetwork, address: string): Allocation {
  const clientAt = (at: string): Client =>
    network.client(wire.AllocationServiceService, at, {
      repeatable: ['explainSite', 'explainEvse', 'preview', 'replay'],
    });
  const any = clientAt(address);
  const replicas = Math.min(MAX_REPLICAS, replicasOf(address).length);

  const atOwner = async <Value>(ask: (client: Client) => Promise<Told<Value>>): Promise<Value> => {
    for (let asked = 0; asked < replicas; asked += 1) {
      const first = await ask(any);
      if ('value' in first) return first.value;
      if (first.owner === '') continue;
      const second = await ask(clientAt(first.owner));
      if ('value' in second) return second.value;
    }
    throw new RpcError('unavailable', 'nobody owns this site now, or nobody knows who does');
  };
  const within = { deadlineMs: ASK_DEADLINE_MS };

  return {
    explainSite: async (siteId) =>
      explanationOf(await atOwner(async (client) => toldIn((await client.explainSite({ siteId }, within)).outcome))),
    explainEvse: async (of) =>
      explanationOf(await atOwner(async (client) => toldIn((await client.explainEvse({ ...of }, within)).outcome))),
    preview: async (siteId, changes) => {
      const request = { siteId, changes: changes.map((change) => ({ change: changeToWire(change) })) };
      const told = await atOwner(async (client): Promise<Told<wire.PreviewedDecision>> => {
        const { outcome } = await client.preview(request, within);
        return outcome?.$case === 'preview' ? { value: outcome.value } : ownerIn(outcome?.value);
      });
      return previewedOf(told);
    },
    replay: async (siteId, which) => {
      const { outcome } = await any.replay(
        {
          siteId,
          which:
            which.kind === 'at'
              ? { $case: 'atMs', value: BigInt(which.atMs) }
              : { $case: 'decision', value: { ownerEpoch: which.ownerEpoch, seq: which.seq } },
        },
        { deadlineMs: REPLAY_DEADLINE_MS },
      );
      if (outcome === undefined) throw new RpcError('internal', 'an answer without an outcome');
      return outcome.$case === 'notRetained' ? err(outcome.value) : ok(replayedOf(outcome.value));
    },
  };
}

const toldIn = (outcome: wire.ExplainSiteResponse['outcome']): Told<wire.Explanation> =>
  outcome?.$case === 'explanation' ? { value: outcome.value } : ownerIn(outcome?.value);

const ownerIn = (elsewhere: wire.Elsewhere | undefined): { readonly owner: string } => ({
  owner: elsewhere?.ownerAddress ?? '',
});

function changeToWire(change: Change): wire.PreviewedChange['change'] {
  switch (change.kind) {
    case 'circuit-power':
    case 'grid-limit': {
      const value = { circuitId: change.circuitId, powerLimitW: BigInt(change.powerW) };
      return change.kind === 'grid-limit' ? { $case: 'gridLimit', value } : { $case: 'circuitPower', value };
    }
    case 'circuit-rating':
      return { $case: 'circuitRating', value: { circuitId: change.circuitId, ratingDeciA: change.ratingDeciA } };
    case 'car':
      return { $case: 'car', value: { stationId: change.stationId, evse: change.evse } };
    case 'share':
      return { $case: 'policy', value: shareToWire(change.share) };
  }
}

const explanationOf = (told: wire.Explanation): Explanation => ({
  siteId: told.siteId,
  ownerEpoch: told.ownerEpoch,
  decisionSeq: told.decisionSeq,
  decidedAtMs: epochMs(Number(told.decidedAtMs)),
  share: shareOf(told.policy),
  evses: told.evses.map(evseOf),
  leftOut: told.counterfactualsLeftOut,
});

const evseOf = (told: wire.EvseExplanation): ExplainedEvse => ({
  ...{ stationId: told.stationId, evse: told.evse, name: told.name },
  limitDeciA: deciAmps(told.limitDeciA),
  reason: reasonOf(told.reason),
  ...((told.dischargeDeciA ?? 0) > 0
    ? { givesBack: { deciA: deciAmps(told.dischargeDeciA ?? 0), sentence: told.dischargeReason?.sentence ?? '' } }
    : {}),
  ...(told.row === undefined ? {} : { row: rowOf(told.row) }),
  ...(told.counterfactual === undefined ? {} : { counterfactual: counterfactualOf(told.counterfactual) }),
});

const reasonOf = (told: allocationV1.Reason | undefined): Reason =>
  told === undefined ? { code: '', circuitId: '', row: '', sentence: '' } : { ...told };

const rowOf = ({ terms, ...row }: wire.RowExplanation): BindingRow => ({
  ...{ circuitId: row.circuitId, circuitName: row.circuitName, row: row.row },
  limitDeciA: deciAmps(row.limitDeciA),
  usedDeciA: deciAmps(row.usedDeciA),
  otherLoadDeciA: deciAmps(row.otherLoadDeciA),
  riseDeciA: deciAmps(row.riseDeciA),
  terms: terms.map(({ source, limitDeciA, limitW, validUntilMs }) => ({
    source,
    limitDeciA: deciAmps(limitDeciA),
    ...(limitW === undefined ? {} : { limitW: Number(limitW) }),
    ...(validUntilMs === undefined ? {} : { validUntilMs: epochMs(Number(validUntilMs)) }),
  })),
});

const counterfactualOf = ({ raises, limitDeciA, sentence }: wire.Counterfactual): Counterfactual => ({
  raises: raises.map(({ circuitId, by }) => ({
    circuitId,
    ...(by?.$case === 'conductorsDeciA' ? { byDeciA: deciAmps(by.value) } : {}),
    ...(by?.$case === 'powerW' ? { byW: Number(by.value) } : {}),
  })),
  limitDeciA: deciAmps(limitDeciA),
  sentence,
});

const previewedOf = (told: wire.PreviewedDecision): Previewed => ({
  decidedAtMs: epochMs(Number(told.decidedAtMs)),
  differences: told.differences.map((each) => ({
    ...{ stationId: each.stationId, evse: each.evse, name: each.name },
    beforeDeciA: deciAmps(each.beforeDeciA),
    afterDeciA: deciAmps(each.afterDeciA),
    beforeReason: reasonOf(each.beforeReason),
    afterReason: reasonOf(each.afterReason),
  })),
  unchanged: told.unchanged,
  overRating: told.overRating,
  overPower: told.overPower,
});

function replayedOf({ recorded, ...told }: wire.ReplayedDecision): Replayed {
  if (recorded === undefined) throw new RpcError('internal', 'a replay without what was recorded');
  return {
    ownerEpoch: told.ownerEpoch,
    seq: recorded.seq,
    decidedAtMs: epochMs(Number(recorded.decidedAtMs)),
    siteVersion: Number(recorded.siteConfigVersion),
    trigger: recorded.trigger,
    recordedHash: recorded.stateHash,
    stateHash: told.stateHash,
    isSame: told.isSame,
    differences: told.differences,
    limits: recorded.allocations.map(({ stationId, evse, limitDeciA, reason }) => ({
      ...{ stationId, evse, limitDeciA: deciAmps(limitDeciA), reason: reasonOf(reason) },
    })),
  };
}
