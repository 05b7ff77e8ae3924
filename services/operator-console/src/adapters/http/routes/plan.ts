import { epochMs } from '@headroom/kernel';
import type { SitePlan } from '../../../domain/site-plan.ts';
import type { Actions } from '../../../service.ts';
import { planDocument, PlanDocumentSchema } from '../plan-document.ts';
import { type Route, route } from '../route.ts';
import { SiteParams } from '../schemas.ts';
import { knownSite } from './known-site.ts';

const AT_MS = Date.UTC(2026, 5, 7, 16);
const MIN_MS = 60_000;

const EXAMPLE: SitePlan = {
  use: { ownerEpoch: 3n, seq: 7n },
  plan: {
    ...{ mode: 'energy', createdAtMs: epochMs(AT_MS) },
    intervals: [
      { fromMs: epochMs(AT_MS), toMs: epochMs(AT_MS + 5 * MIN_MS), importW: 51_000, buildingW: 40_000, pvW: 0 },
      {
        fromMs: epochMs(AT_MS + 5 * MIN_MS),
        toMs: epochMs(AT_MS + 10 * MIN_MS),
        importW: 40_000,
        buildingW: 40_000,
        pvW: 0,
      },
    ],
    forecast: { by: 'same quarter of the last days', building: { quarters: 672, meanW: 3_100, share: 0.08 } },
    evses: [
      {
        ...{ stationId: 'ST-001', evse: 1, sessionId: 'session-1', powerW: [11_000] },
        ...{ readyByMs: epochMs(AT_MS + 60 * MIN_MS), needWh: 4_100, missingWh: 3_200, risk: 'misses' },
      },
    ],
  },
};

export const planRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}/plan',
    operationId: 'getPlan',
    tag: 'Decisions',
    summary: 'What a site is planned to do',
    description:
      'The newest plan of a site: what the whole site is expected to import over the next day, what each EVSE is to have when, and who will ' +
      'go short. `standing` says what the last decision did with it, and `ignored` why it was made without one. A plan says who comes ' +
      'first; it bears on limits in no way.',
    params: SiteParams,
    responses: {
      200: {
        description: 'The plan, or why there is none.',
        schema: PlanDocumentSchema,
        example: planDocument('demo-depot', EXAMPLE, epochMs(AT_MS + 40_000)),
      },
    },
    problems: [404],
    handle: async ({ params }) => {
      const id = await knownSite(actions, params.siteId);
      return { status: 200, body: planDocument(id, await actions.planOf(id), actions.nowMs()) };
    },
  }),
];
