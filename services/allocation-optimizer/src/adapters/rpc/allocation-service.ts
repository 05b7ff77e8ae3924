import { allocationServiceV1 as wire } from '@headroom/contracts';
import { epochMs, type EvseId, type Result, siteId, type SiteId } from '@headroom/kernel';
import { bind, RpcError, type ServiceBinding } from '@headroom/rpc';
import type { SiteModel } from '@headroom/site-model';
import type { AboutDecision, Answer } from '../../app/answer-about-site.ts';
import type { ReplayAnswer } from '../../app/replay-decision.ts';
import type { Change, ChangeProblem } from '../../domain/what-if/changes.ts';
import type { Previewed } from '../../domain/what-if/preview.ts';
import type { WhichDecision } from '../../ports.ts';
import { changesOf } from './changes-of-wire.ts';
import { evseIdOf, ID_CHARS_MAX } from './evse-id-of-wire.ts';
import { explanationToWire, previewToWire, replayToWire } from './messages.ts';

/** What answers the questions that come in. */
export interface AllocationServiceDeps {
  readonly explain: (site: SiteId, only?: EvseId) => Promise<Answer<AboutDecision>>;
  readonly preview: (
    site: SiteId,
    changesAt: (model: SiteModel) => readonly Change[],
  ) => Promise<Answer<Result<Previewed, ChangeProblem>>>;
  readonly replay: (site: SiteId, which: WhichDecision) => Promise<ReplayAnswer>;
}

/** `headroom.allocation.v1.AllocationService`: wire to domain and back. */
export const allocationServiceBinding = ({ explain, preview, replay }: AllocationServiceDeps): ServiceBinding =>
  bind('headroom.allocation.v1.AllocationService', wire.AllocationServiceService, {
    explainSite: async (request: wire.ExplainSiteRequest) => {
      const id = siteIdOf(request.siteId);
      return { outcome: outcomeOf('explanation', await explain(id), (value) => explanationToWire(id, value)) };
    },
    explainEvse: async (request: wire.ExplainEvseRequest) => {
      const id = siteIdOf(request.siteId);
      const answer = await explain(id, evseIdOf(request));
      return { outcome: outcomeOf('explanation', answer, (value) => explanationToWire(id, value)) };
    },
    preview: async (request: wire.PreviewRequest) => {
      // What no site could make anything of is refused before anybody is asked; what names a root needs to know which that is.
      const changesAt = changesOf(request.changes);
      const answer = await preview(siteIdOf(request.siteId), changesAt);
      return { outcome: outcomeOf('preview', answer, previewed) };
    },
    replay: async (request: wire.ReplayRequest) => {
      const answer = await replay(siteIdOf(request.siteId), whichOf(request)).catch(asUnavailable);
      if (answer.kind === 'busy') throw busy();
      return { outcome: replayToWire(answer) };
    },
  });

function outcomeOf<T, Wire, Case extends string>(name: Case, answer: Answer<T>, toWire: (value: T) => Wire) {
  switch (answer.kind) {
    case 'answer':
      return { $case: name, value: toWire(answer.value) };
    case 'elsewhere':
      return { $case: 'elsewhere' as const, value: { ownerAddress: answer.address ?? '' } };
    case 'unknown-evse':
      throw new RpcError('not-found', 'The site has no such EVSE.');
    case 'not-yet':
      throw new RpcError('unavailable', 'this owner has just taken the site over, and has not decided yet');
    case 'busy':
      throw busy();
  }
}

const busy = (): RpcError =>
  new RpcError('resource-exhausted', 'As many questions as may be are being answered; ask again in a moment.');

function previewed(made: Result<Previewed, ChangeProblem>): wire.PreviewedDecision {
  if (made.kind === 'err')
    throw new RpcError('invalid-argument', `${made.error.detail} (change ${made.error.index + 1})`);
  return previewToWire(made.value);
}

function siteIdOf(text: string): SiteId {
  if (text === '' || text.length > ID_CHARS_MAX) throw new RpcError('invalid-argument', 'That is no id of a site.');
  return siteId(text);
}

function whichOf({ which }: wire.ReplayRequest): WhichDecision {
  switch (which?.$case) {
    case 'atMs':
      return { kind: 'at', atMs: epochMs(Number(which.value)) };
    case 'decision':
      return { kind: 'id', ownerEpoch: which.value.ownerEpoch, seq: which.value.seq };
    case undefined:
      throw new RpcError('invalid-argument', 'Say which decision: by an instant, or by its epoch and number.');
  }
}

/** A log that is away is no fault of the question. */
function asUnavailable(cause: unknown): never {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'LOG_UNAVAILABLE') throw new RpcError('unavailable', 'the log cannot be read now', cause);
  if (code === 'TOO_MUCH_TO_READ') throw new RpcError('failed-precondition', (cause as Error).message, cause);
  throw cause;
}
