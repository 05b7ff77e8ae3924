import { epochMs, limitDeciAmps } from '@headroom/kernel';
import { z } from 'zod';
import { parseEvseId } from '../../../domain/evse-id.ts';
import { type Change, CHANGES_MAX, type WhichDecision } from '../../../domain/explanation.ts';
import { SHARE_POLICIES } from '../../../domain/site-document.ts';
import type { Actions } from '../../../service.ts';
import {
  explanationJson,
  ExplanationSchema,
  previewJson,
  PreviewSchema,
  replayJson,
  ReplaySchema,
} from '../explanation-document.ts';
import { type Answer, problem, refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { InstantSchema, instantMs, SiteParams } from '../schemas.ts';
import { EXPLANATION_EXAMPLE, PREVIEW_EXAMPLE, REPLAY_EXAMPLE } from './decisions-example.ts';
import { knownSite } from './known-site.ts';

const circuit = z.string().min(1).max(63).optional().describe('Default: the grid connection.');
const powerKw = z.number().min(0).max(1_000_000);
const evseId = z.string().max(64).describe('`<stationId>/<number>`.');

const ChangeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('circuit-power'), circuit, powerKw }).describe('Another contract.'),
    z.strictObject({ kind: z.literal('grid-limit'), circuit, powerKw }).describe('The grid asks for it from now on.'),
    z.strictObject({ kind: z.literal('circuit-rating'), circuit, ratingA: z.number().min(0).max(100_000) }),
    z.strictObject({ kind: z.literal('car'), evseId }).describe('A car that may charge, at an EVSE that is free.'),
    z.strictObject({ kind: z.literal('share'), share: z.enum(SHARE_POLICIES) }),
  ])
  .meta({ id: 'PreviewedChange' });

const PreviewBody = z
  .strictObject({ changes: z.array(ChangeSchema).min(1).max(CHANGES_MAX).describe('Tried together.') })
  .meta({ id: 'PreviewRequest' });

const number = z.string().regex(/^[1-9]\d{0,17}$/, 'A whole number from 1 on');

/** What people ask about decisions. None of it changes anything. */
export const decisionRoutes = (actions: Actions): readonly Route[] => [
  explanationRoute(actions),
  previewRoute(actions),
  replayRoute(actions),
];

const explanationRoute = (actions: Actions): Route =>
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/explanation',
    operationId: 'getExplanation',
    tag: 'Decisions',
    summary: 'Why everybody has what he has',
    description:
      'The last decision of a site: what each EVSE was given, the limit that binds it with every word on it, and how much more on which ' +
      'circuit would give it how much more. Exact: each of these was decided, from the same facts, with that limit raised.',
    params: SiteParams,
    query: z.strictObject({ evse: evseId.optional().describe('Only this EVSE, `<stationId>/<number>`.') }),
    responses: {
      200: {
        description: 'The decision, explained.',
        schema: ExplanationSchema,
        example: explanationJson(EXPLANATION_EXAMPLE),
      },
    },
    problems: [400, 404, 429, 503],
    handle: async ({ params, query }) => {
      const id = await knownSite(actions, params.siteId);
      if (query.evse === undefined) return { status: 200, body: explanationJson(await actions.explainSite(id)) };
      const evse = parseEvseId(query.evse);
      if (evse === undefined) return noEvse(query.evse);
      const { stationId, evse: n } = evse;
      return { status: 200, body: explanationJson(await actions.explainEvse({ siteId: id, stationId, evse: n })) };
    },
  });

const previewRoute = (actions: Actions): Route =>
  route({
    method: 'POST',
    path: '/api/v1/sites/{siteId}/preview',
    operationId: 'previewChanges',
    tag: 'Decisions',
    summary: 'What a change would lead to',
    description:
      'Decided from what is known now with the changes and without them, once limits have come to rest. Nothing is recorded, nothing is ' +
      'sent to a station, and no limit is lowered or raised.',
    params: SiteParams,
    body: { schema: PreviewBody, example: { changes: [{ kind: 'circuit-power', powerKw: 120 }] } },
    responses: {
      200: { description: 'What would be otherwise.', schema: PreviewSchema, example: previewJson(PREVIEW_EXAMPLE) },
    },
    problems: [400, 404, 422, 429, 503],
    handle: async ({ params, body }) => {
      const id = await knownSite(actions, params.siteId);
      const changes: Change[] = [];
      for (const [index, wished] of body.changes.entries()) {
        const change = changeOf(wished);
        if (change === undefined) {
          return refused([
            { code: 'bad-evse', detail: 'Write <stationId>/<number>.', pointer: `/changes/${index}/evseId` },
          ]);
        }
        changes.push(change);
      }
      return { status: 200, body: previewJson(await actions.preview(id, changes)) };
    },
  });

const replayRoute = (actions: Actions): Route =>
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/replay',
    operationId: 'replayDecision',
    tag: 'Decisions',
    summary: 'Decide again what was decided then',
    description:
      'A past decision, made again from what it was made from: `same` says whether the record comes out the same to the last byte. By an ' +
      'instant, or by the epoch and the number of the decision. 404 tells what the log no longer holds.',
    params: SiteParams,
    query: z.strictObject({
      at: InstantSchema.optional().describe('The decision that stood then.'),
      ownerEpoch: number.optional(),
      decisionSeq: number.optional().describe('With `ownerEpoch`.'),
    }),
    responses: {
      200: { description: 'The decision and its replay.', schema: ReplaySchema, example: replayJson(REPLAY_EXAMPLE) },
    },
    problems: [400, 404, 409, 429, 503],
    handle: async ({ params, query }) => {
      const which = whichOf(query);
      if (which === undefined) return problem(400, 'Say which decision: `at`, or `ownerEpoch` and `decisionSeq`.');
      const id = await knownSite(actions, params.siteId);
      const replayed = await actions.replay(id, which);
      if (replayed.kind === 'ok') return { status: 200, body: replayJson(replayed.value) };
      const { what, detail } = replayed.error;
      return problem(404, detail, { problems: [{ code: what, detail, pointer: '' }] });
    },
  });

const noEvse = (text: string): Answer => problem(404, `"${text}" is no EVSE; write <stationId>/<number>.`);

function changeOf(change: z.output<typeof ChangeSchema>): Change | undefined {
  switch (change.kind) {
    case 'circuit-power':
    case 'grid-limit':
      return { kind: change.kind, circuitId: change.circuit ?? '', powerW: Math.floor(change.powerKw * 1_000) };
    case 'circuit-rating':
      return { kind: change.kind, circuitId: change.circuit ?? '', ratingDeciA: limitDeciAmps(change.ratingA) };
    case 'share':
      return change;
    case 'car': {
      const evse = parseEvseId(change.evseId);
      return evse && { kind: 'car', stationId: evse.stationId, evse: evse.evse };
    }
  }
}

interface ReplayQuery {
  readonly at?: string | undefined;
  readonly ownerEpoch?: string | undefined;
  readonly decisionSeq?: string | undefined;
}

function whichOf({ at, ownerEpoch, decisionSeq }: ReplayQuery): WhichDecision | undefined {
  const byId = ownerEpoch !== undefined && decisionSeq !== undefined;
  if (at !== undefined) {
    return ownerEpoch === undefined && decisionSeq === undefined
      ? { kind: 'at', atMs: epochMs(instantMs(at)) }
      : undefined;
  }
  return byId ? { kind: 'id', ownerEpoch: BigInt(ownerEpoch), seq: BigInt(decisionSeq) } : undefined;
}
